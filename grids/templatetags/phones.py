"""Phone numbers on pages: masked, except to whom may see them. The rule is `grids/phones.py`."""

from django import template

from grids import phones

register = template.Library()
register.filter("masked", phones.masked)
