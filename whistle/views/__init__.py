"""Pages of the whistle, a module a noun; what is visible → what was said → one service → the page."""
