"""What the open orders are found by, beside their rows: lists of open orders read nothing of the closed ones."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from workorders.models.category import Category
from workorders.models.order import WorkOrder


class OpenOrder(models.Model):
    """An open order's class and source, and the pairs of signs of its words; PostgreSQL alone writes it (0005).

    It comes with the order, follows it, and goes when the case is closed.
    """

    order = models.OneToOneField(WorkOrder, on_delete=models.CASCADE, primary_key=True, related_name="+")
    grams = SearchVectorField()
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=20)

    class Meta:
        indexes = [
            GinIndex(fields=["grams"], name="open_words"),
            models.Index(fields=["category", "source"], name="open_orders_of_category"),
        ]
