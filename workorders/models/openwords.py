"""What the open orders say, beside their rows: the search within a list of open orders reads nothing of closed ones."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from workorders.models.order import WorkOrder


class OpenWords(models.Model):
    """The pairs of signs that an open order's description and place hold; PostgreSQL alone writes it (migration 0004).

    It comes with the order, follows its words, and goes when the case is closed.
    """

    order = models.OneToOneField(WorkOrder, on_delete=models.CASCADE, primary_key=True, related_name="+")
    grams = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["grams"], name="open_words")]
