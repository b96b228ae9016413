"""Coded words of the assessment: whom it weighs, how an indicator counts, why somebody appeals, what may follow."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Subject(models.TextChoices):
    """Whom a scheme assesses. An area's level is the scheme's own: a grid, a community, a street."""

    WORKER = "worker", _("grid workers")
    AREA = "area", _("areas")
    DEPARTMENT = "department", _("departments")
    TEAM = "team", _("working groups")


class Sort(models.TextChoices):
    """How an indicator makes points of what its measure counts."""

    # Weight × the estimate of a share.
    RATE = "rate", _("share")
    # So many points for each, up to a cap: a bonus, or with negative points a deduction.
    EACH = "each", _("points for each")
    # A mark from 0 to 100 that the assessment team enters, with its evidence.
    ENTERED = "entered", _("entered by the assessment team")
    # Shown, and in no score.
    STATISTIC = "statistic", _("statistic")


class Grade(models.TextChoices):
    """The three bands of a board, best first; what a city calls them and their colours are its own (`Band`)."""

    TOP = "top", _("best band")
    MIDDLE = "middle", _("middle band")
    BOTTOM = "bottom", _("lowest band")
    # Too few to judge by, or nothing at all: in no band (product.md C.3).
    NONE = "none", _("not graded")


class Item(models.TextChoices):
    """What stands behind a figure: which table the ids of a line belong to."""

    CASE = "case", _("cases")
    CLOCK = "clock", _("clocks")
    RATING = "rating", _("ratings")
    EVENT = "event", _("events")
    CHECK = "check", _("looks on site")
    SUMMONS = "summons", _("summonses")
    VISIT = "visit", _("visits")
    STOP = "stop", _("points of rounds")
    PERSON = "person", _("people to be visited")
    PATROL = "patrol", _("patrols")
    TASK = "task", _("tasks of a working group")
    CORRECTION = "correction", _("corrections of data")
    ENTRY = "entry", _("entered marks")


class AppealReason(models.TextChoices):
    NOT_MINE = "not_mine", _("it was not mine")
    BEYOND = "beyond", _("beyond my power: weather, works, a person who refused")
    WRONG_RECORD = "wrong_record", _("the record is wrong")
    LAWFUL = "lawful", _("lawfully not accepted or ended")
    OTHER = "other", pgettext_lazy("appeal", "another reason")


class Consequence(models.TextChoices):
    """What a board may lead to; people decide each (rules.md 13.5 row 87, mechanism 0-36)."""

    AWARD = "award", _("award")
    HEAVY_REWARD = "heavy_reward", _("heavy reward")
    TALK = "talk", _("talk")
    TRAINING = "training", _("training")
    DISMISSAL = "dismissal", _("end of the contract")
    STEP = "step", _("step of pay")


class Merit(models.TextChoices):
    """For what a heavy reward is given (mechanism 4-44)."""

    BIG_CASE = "big_case", _("clue to a big case")
    KEY_SUSPECT = "key_suspect", _("key suspect found")
    BIG_DISPUTE = "big_dispute", _("big dispute settled")
    DISASTER_PREVENTED = "disaster_prevented", _("disaster prevented")
