"""The source of an order on a page: `{{ order|source_name }}`."""

from django import template

from workorders.selectors.sources import source_name

register = template.Library()
register.filter("source_name", source_name)
