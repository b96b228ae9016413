"""Coded reasons and levels: pure data that tables, forms and the sentences of events share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ObjectionReason(models.TextChoices):
    """Why a unit says “not ours”, or why the centre must say whose it is."""

    NOT_OUR_DUTY = "not_our_duty", _("not among our duties")
    NOT_OUR_AREA = "not_our_area", _("outside our area")
    WRONG_CATEGORY = "wrong_category", _("sent under the wrong category")
    INCOMPLETE = "incomplete", _("place or matter cannot be made out")
    HANDLED_ELSEWHERE = "handled_elsewhere", _("another unit is handling it")
    RECUSAL = "recusal", _("we have an interest in it")
    BOUNDARY = "boundary", _("several units, and none of them clearly")
    UNCLAIMED = "unclaimed", _("nobody claimed it in time")


class ApplicationReason(models.TextChoices):
    """Why more time, or parking, is asked for."""

    WEATHER = "weather", _("weather")
    SEASON = "season", _("season")
    FUNDS = "funds", _("money not yet approved")
    PROJECT = "project", _("part of a larger project")
    PROCEDURE = "procedure", _("a procedure of law takes its time")
    COORDINATION = "coordination", _("others must act first")
    COMPLEX = "complex", _("larger than it seemed")


class PressLevel(models.IntegerChoices):
    """How hard an order is pressed (rules.md 13.2 row 42)."""

    ORDINARY = 1, _("ordinary press")
    YELLOW = 2, _("yellow card")
    RED = 3, _("red card")


class ClueReason(models.TextChoices):
    """Why a case is put before discipline inspection."""

    UNSOLVED = "unsolved", _("called solved, and it is not")
    DISSATISFIED = "dissatisfied", _("rated poorly")
    RED_CARD = "red_card", _("a red card")
    SHIRKED = "shirked", _("duty shirked")
    OTHER = "other", _("something else")


class Tag(models.TextChoices):
    """重点, 难点, 热点: how the centre sorts what it studies (mechanism 1-4)."""

    KEY = "key", _("key matter")
    HARD = "hard", _("hard matter")
    HOT = "hot", _("hot matter")
