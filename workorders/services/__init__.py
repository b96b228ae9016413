"""Use-cases of the work order, a module a noun: `orders` (the line), `photos`, `reporters` (personal data)."""
