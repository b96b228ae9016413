"""Which line of a scheme is entrusted to whom of the assessment team (考核专班)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import City


class LineAssessor(models.Model):
    """条口考核员: this person enters the marks of this line, whichever version of the scheme is in force.

    A line entrusted to nobody is open to the whole team. The post's permission still decides on which ground.
    """

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="line_assessors")
    scheme_code = models.CharField(max_length=20)
    indicator_code = models.CharField(max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assessed_lines")

    class Meta:
        verbose_name = _("assessor of a line")
        ordering = ["city", "scheme_code", "indicator_code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "scheme_code", "indicator_code", "user"], name="one_trust_per_line_and_person"
            ),
        ]
