"""Coded answers of the whistle: where it comes from, why it was sent back, how somebody came, why it grew louder."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Spring(models.TextChoices):
    """哨源: the six ways by which what is whistled for was learnt (source document 2)."""

    MASSES = "masses", _("told by residents")
    PATROL = "patrol", _("found on grid patrol")
    HOTLINE = "hotline", _("service hotline")
    APP = "app", _("phone app")
    SUPERIOR = "superior", _("instruction of superiors")
    PETITION = "petition", _("petition supervision")


class Role(models.TextChoices):
    """As what somebody is called."""

    LEAD = "lead", _("leads")
    ASSIST = "assist", _("assists")
    LEADER = "leader", _("leader in charge")
    MAIN_LEADER = "main_leader", _("main leader")
    MEMBER = "member", _("Party member")
    UNIT = "unit", _("member unit")


class Called(models.TextChoices):
    """Whom a kind of whistle calls."""

    DEPARTMENTS = "departments", _("departments report in")
    UNITS = "units", _("units report in")
    MEMBERS = "members", _("Party members report in")


class Growth(models.TextChoices):
    """How a missed whistle becomes the next, louder one."""

    BY_ITSELF = "by_itself", _("by itself")
    WITH_WORD = "with_word", _("on the secretary's word, within a limit, then by itself")
    BY_HAND = "by_hand", _("by hand only")


class ContactHow(models.TextChoices):
    PHONE = "phone", _("by phone")
    IN_PERSON = "in_person", _("in person")
    MESSAGE = "message", _("by message")


class Proof(models.TextChoices):
    """What shows that somebody came (rules.md 13.3 row 58)."""

    POSITION = "position", _("position")
    CODE = "code", _("code shown on site")
    STREET = "street", _("registered by the street")


class ObjectionReason(models.TextChoices):
    NOT_OUR_DUTY = "not_our_duty", _("not our duty")
    OTHER_LEADS = "other_leads", _("another unit has to lead")
    STREETS_OWN = "streets_own", _("the street's own duty")
    NOT_LISTED = "not_listed", _("not a matter to whistle for")


class Lateness(models.TextChoices):
    """Why a whistle is supervised, or blown again."""

    NOT_SIGNED = "not_signed", _("not signed in for in time")
    NOT_THERE = "not_there", _("did not report in")
    NOT_SETTLED = "not_settled", _("not settled in time")
    UNSOLVED = "unsolved", _("settled, but not solved")


class ClueReason(models.TextChoices):
    LEADERS_MISSED = "leaders_missed", _("the louder whistle was missed too")
    POOR_WORK = "poor_work", _("poor work")
    LOW_RATING = "low_rating", pgettext_lazy("clue", "rated very low")


class Source(models.TextChoices):
    """Who rated: the street, or the system by its own facts once the street's time was over."""

    STREET = "street", _("the street")
    FACTS = "facts", _("the system's facts")
