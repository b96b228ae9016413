"""What a person keeps at the desk: views of his own, and for some seconds how an order stood before his last step."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workorders.models.order import WorkOrder


class SavedView(models.Model):
    """A view of the desk that a person made for himself: a name for a list with its filters."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=20)
    # The list's own address: view=open&source=hotline&q=…
    query = models.CharField(max_length=400)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="one_saved_view_per_name")]

    def __str__(self) -> str:
        return self.name


class Footprint(models.Model):
    """How an order stood before a person's last step, so that the step can be undone; one a order, always the last."""

    order = models.OneToOneField(WorkOrder, primary_key=True, on_delete=models.CASCADE, related_name="footprint")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    step = models.CharField(max_length=40)
    at = models.DateTimeField()
    # The length of the history before the step and after it: whatever is written later ends the chance.
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    was = models.JSONField()
