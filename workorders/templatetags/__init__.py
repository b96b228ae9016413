"""Filters of the work order's pages."""
