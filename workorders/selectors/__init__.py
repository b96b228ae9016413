"""Questions about work orders, a module a noun: `queue` (lists and their counts), `orders` (one order), `places`
(its drawing), `catalogue` (what can be reported), `people` (whom it concerns, masked). None of them writes.
"""
