"""Notices: what a person is told in the house, and when he read it (the receipt)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models import Case


class Notice(models.Model):
    """One person is told of one thing that happened to a case. It carries no words: its template is by `about`."""

    class About(models.TextChoices):
        RAISED = "raised", _("a whistle was applied for")
        CALLED = "called", _("you are called")
        PRESSED = "pressed", _("you have not signed in")
        ARRIVAL = "arrival", _("a unit has reported in")
        SUPERVISED = "supervised", _("a whistle was put before the supervision office")
        WORD = "word", _("your word is asked for: blow again?")
        LOUDER = "louder", _("the whistle grew louder")
        STATEMENT = "statement", _("a written statement is demanded")
        RULED = "ruled", _("your objection was ruled on")
        SETTLED = "settled", _("a matter was settled")
        CLUE = "clue", _("a clue was filed")
        # Of the rooms above: their own words stand in their own templates.
        BOARD = "board", _("a board with a card of yours was published")
        APPEAL = "appeal", _("an appeal of yours was decided")
        REWARD = "reward", _("a proposal that concerns you was decided")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notices")
    about = models.CharField(max_length=12, choices=About.choices)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["user", "-at"], name="notice_of_user"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(fields=["case", "user"], name="notice_of_case"),
        ]
