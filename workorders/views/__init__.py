"""Pages of the work order, a module a page: `start`, `desk`, `orders` (one, and its steps), `reports`, `photos`."""
