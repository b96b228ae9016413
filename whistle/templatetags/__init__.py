"""Tags of the whistle's pages, and what a work order's page shows of it."""
