"""Pages of the work order, a module a page: `start`, `desk`, `orders` (one order and its steps), `reports`, `photos`."""
