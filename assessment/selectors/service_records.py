"""履历: what somebody's service was: posts, months with their bands, awards, training, steps, corrections.

For himself and for who watches over his work; each time it is handed out is kept (`services/handing_out.py`). By it pay
and the way into the two committees (两委) are decided (mechanism 1-38), so it holds facts alone.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from assessment.document import Document, Section, Table
from assessment.models import Appeal, Band, Proposal, ScoreCard, StepGrade
from assessment.reasons import Consequence, Grade
from assessment.selectors.boards import standing
from assessment.selectors.grounds import MOST, below
from assessment.selectors.paper_forms import NOTHING, day_of, paper_of, points, span_of
from assessment.statuses import APPROVED, CARRIED_OUT, UPHELD
from casework.refusals import NotFound
from grids import jurisdiction
from grids.models import City, Post, Role
from patrols.selectors.points import today_in

WATCH = "see_scores_in"
TAUGHT = (Consequence.TRAINING, Consequence.TALK)


def record_seen_by(user: User, city: City, key: int) -> tuple[User, Document]:
    """Somebody's record, for himself and for who watches over his work; as unknown to all others."""
    person = User.objects.filter(pk=key).first()
    if person is None or not (person == user or watches_over(user, person, city)):
        raise NotFound(_("There is no such record, or it is not yours to see."))
    return person, record_of(person, city)


def watches_over(user: User, person: User, city: City) -> bool:
    """Whether the person works, or worked, where the reader sees all scores."""
    places = posts_of(person, city).values_list("area__path", "department__area__path")
    watched = jurisdiction.paths_where(user, WATCH)
    return any(path and path.startswith(top) for both in places for path in both for top in watched)


def people_watched(user: User, city: City) -> list[Post]:
    """The grid workers whose records the reader may take out, by grid."""
    posts = Post.objects.held(today_in(city)).filter(role__city=city, role__code__in=Role.codes_of(Role.Part.WORKER))
    here = below(jurisdiction.paths_where(user, WATCH))
    return list(posts.filter(here).select_related("user", "area__parent", "role").order_by("area__code", "pk")[:MOST])


def posts_of(person: User, city: City) -> QuerySet[Post]:
    """All posts a person holds and held in a city, the first one first."""
    posts = Post.objects.filter(user=person, role__city=city).select_related("role", "area__parent", "department__area")
    return posts.order_by("since", "pk")


def record_of(person: User, city: City) -> Document:
    """The record as it stands today."""
    proposals = list(_decided(person, city))
    awards = [each for each in proposals if each.consequence not in TAUGHT]
    taught = [each for each in proposals if each.consequence in TAUGHT]
    sections = (
        Section(pgettext("paper", "Posts"), tables=_posts(person, city)),
        Section(_("Months assessed"), *_months(person, city)),
        Section(_("Awards, rewards and other decisions"), *_decisions(awards, _("Decisions"))),
        Section(_("Talks and training"), *_decisions(taught, _("Talks and training held"))),
        Section(_("Steps of pay"), *_steps(person, city)),
        Section(_("Corrections"), *_corrections(person, city)),
    )
    return paper_of(
        issuer=str(city), kind=_("Service record"), number=f"LL-{person.pk:06d}", date=today_in(city),
        title=_("Service record of %(name)s") % {"name": person}, sections=sections, signed_by=str(city),
    )  # fmt: skip


def _posts(person: User, city: City) -> tuple[Table, ...]:
    columns = (pgettext("paper", "Role"), _("Where"), _("Employment"), _("Since"), _("Until"))
    lines = tuple(
        (post.title or post.role.title, str(post.area or post.department or NOTHING),
         str(post.get_employment_display()) or NOTHING, day_of(post.since), day_of(post.until))
        for post in posts_of(person, city)
    )  # fmt: skip
    return (Table(_("Posts held"), columns, lines, widths=(4, 6, 3, 4, 4)),)


def cards_of(person: User, city: City) -> list[ScoreCard]:
    """The person's published cards that no later edition replaced, the first month first."""
    cards = standing(ScoreCard.objects.filter(person=person, assessment__city=city))
    read = ("assessment__scheme", "assessment__corrects", "area")
    return list(cards.select_related(*read).order_by("assessment__since", "assessment__scheme__code", "pk"))


def _months(person: User, city: City) -> tuple[tuple[str, ...], tuple[Table, ...]]:
    cards = cards_of(person, city)
    if not cards:
        return (_("No board with this person was published yet."),), ()
    bands = {(each.scheme_id, each.grade): each.title for each in Band.objects.filter(scheme__city=city)}
    columns = (_("Month"), _("Scheme"), _("Band"), pgettext("paper", "Points"), _("Bulletin"), _("Edition"))
    lines = tuple(
        (span_of(card.assessment.since, card.assessment.scheme), card.assessment.scheme.title,
         _band(card, bands), points(card.points), card.assessment.number, str(card.assessment.edition))
        for card in cards
    )  # fmt: skip
    return (), (Table(_("Months and bands"), columns, lines, widths=(4, 5, 3, 3, 6, 2)),)


def _band(card: ScoreCard, bands: dict[tuple[int, str], str]) -> str:
    if card.grade == Grade.NONE:
        return pgettext("grade", "too few")
    return bands.get((card.assessment.scheme_id, card.grade), card.grade)


def _decided(person: User, city: City) -> QuerySet[Proposal]:
    """What people decided about him and stands; what was only proposed, or declined, is in no record."""
    found = Proposal.objects.filter(person=person, city=city, status__in=(APPROVED, CARRIED_OUT))
    return found.order_by("decided_at", "pk")


def _decisions(found: list[Proposal], heading: str) -> tuple[tuple[str, ...], tuple[Table, ...]]:
    if not found:
        return (_("None."),), ()
    columns = (_("Decided on"), _("What"), _("Grounds"), _("How it stands"), _("Number"))
    lines = tuple(
        (day_of(each.decided_at), str(each.get_consequence_display()), each.grounds, str(each.status_label),
         each.number)
        for each in found
    )  # fmt: skip
    return (), (Table(heading, columns, lines, widths=(4, 4, 7, 3, 6)),)


def _steps(person: User, city: City) -> tuple[tuple[str, ...], tuple[Table, ...]]:
    found = StepGrade.objects.filter(person=person, city=city, state=StepGrade.State.GRANTED)
    rows = found.select_related("rule__duty").order_by("decided_at", "pk")
    if not rows:
        return (_("None."),), ()
    columns = (_("Since"), pgettext("pay", "Duty"), _("Step"), _("Years"), _("Best months"), _("Decision"))
    lines = tuple(
        (day_of(each.since), each.rule.duty.title, each.rule.name, f"{each.years:.1f}", str(each.tops), each.words)
        for each in rows
    )
    return (), (Table(_("Steps given"), columns, lines, widths=(4, 4, 3, 2, 3, 6)),)


def _corrections(person: User, city: City) -> tuple[tuple[str, ...], tuple[Table, ...]]:
    """What was put right after an appeal of his: the fact stays, the record says so."""
    appeals = Appeal.objects.filter(line__card__person=person, city=city, status=UPHELD)
    read = ("line__indicator", "line__card__assessment__scheme")
    rows = appeals.select_related(*read).order_by("second_at", "pk")
    if not rows:
        return (_("None."),), ()
    columns = (_("Month"), _("Indicator"), _("Reason"), _("Upheld on"), _("Number"))
    lines = tuple(
        (span_of(each.line.card.assessment.since, each.line.card.assessment.scheme), each.line.indicator.title,
         str(each.get_reason_display()), day_of(each.second_at), each.number)
        for each in rows
    )  # fmt: skip
    return (), (Table(_("Appeals upheld"), columns, lines, widths=(4, 5, 5, 4, 6)),)
