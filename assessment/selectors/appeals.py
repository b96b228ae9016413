"""Appeals: who may lodge one, of which unit a card is, which wait for whom, and one with all that its page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import Appeal, Assessment, ScoreCard, ScoreLine
from assessment.reasons import Sort
from assessment.selectors.items import ItemRow, items_of
from assessment.selectors.months import appeals_until
from assessment.statuses import LODGED, PUBLISHED, SUPPORTED
from casework.moment import now
from casework.refusals import NotFound
from grids import jurisdiction
from grids.models import Area, City, Department
from workorders.selectors.paging import Order, Page, page_of

REVIEWS = "review_appeals_in"
NEWEST = Order("opened_at", newest_first=True)
ROWS = 30


@dataclass(frozen=True)
class Unit:
    """Of which unit a card is: nobody of it reviews an appeal against it."""

    area: Area | None = None
    department: Department | None = None


def unit_of(card: ScoreCard) -> Unit:
    """The community (whatever stands directly below the board's own area) or the department of whom it concerns."""
    if card.department is not None:
        return Unit(department=card.department)
    place = card.area or (card.team.area if card.team else None)
    if place is None:
        return Unit()
    board = card.assessment.area
    below = [key for key in place.path_keys if key not in board.path_keys]
    return Unit(area=Area.objects.get(pk=below[0]) if below else place)


def may_lodge(user: User, card: ScoreCard) -> bool:
    """The worker for his own card, a department's head for its card, an area's own office for its; a group's chair."""
    if card.person_id:
        return card.person_id == user.pk
    if card.department is not None:
        return jurisdiction.may(user, "endorse_in", card.department)
    if card.team is not None:
        return card.team.chair_id == user.pk
    return card.area is not None and _answers_for(user, card.area)


def _answers_for(user: User, area: Area) -> bool:
    """The community's secretary for what lies in it; of a street, who confirms boards of that street itself."""
    own = area.path in jurisdiction.rights_of(user).tops.get("confirm_scores_in", ())
    return own or jurisdiction.may(user, "look_at_scores_in", area)


def line_to_appeal(user: User, key: int) -> ScoreLine:
    """A published line against which this person may lodge; refused as unknown to everybody else."""
    rows = ScoreLine.objects.select_related(
        "indicator__dimension", "card__person", "card__area", "card__department__area", "card__team__area",
        "card__assessment__area", "card__assessment__scheme", "card__assessment__city", "card__assessment__rulebook",
    )  # fmt: skip
    line = rows.filter(pk=key, card__assessment__published_at__isnull=False).first()
    if line is None or not may_lodge(user, line.card):
        raise NotFound(_("There is no such line, or it is not yours to appeal against."))
    return line


def open_items(line: ScoreLine) -> list[int]:
    """What of a line may still be appealed against: what counts against it, and was not appealed against yet."""
    if line.indicator.sort == Sort.ENTERED:
        return []
    done = set(Appeal.objects.filter(line=line).values_list("item", flat=True))
    return [item for item in line.against if item not in done]


def named_items(line: ScoreLine, user: User) -> list[tuple[int, str]]:
    """The same as the reader may know them; what he may not see has its number in the line only."""
    wanted = set(open_items(line))
    rows = [row for row in items_of(line, "against", reader=user) if row.key in wanted]
    return [(row.key, words_for(row, place)) for place, row in enumerate(rows, 1)]


def words_for(row: ItemRow, place: int) -> str:
    """One thing behind a figure in a line of words."""
    told = " ".join(filter(None, [row.number, row.title, row.words]))
    return told or _("No. %(place)s, which you may not open") % {"place": place}


def item_of(appeal: Appeal, user: User) -> ItemRow | None:
    """What an appeal is about, as the reader may know it; None for a line as a whole."""
    rows = items_of(appeal.line, "items", reader=user) if appeal.item is not None else []
    return next((row for row in rows if row.key == appeal.item), None)


def may_be_appealed(line: ScoreLine) -> bool:
    """Whether an appeal against the line could be lodged now, by whom it is."""
    month = line.card.assessment
    until = appeals_until(month)
    if month.status != PUBLISHED or (until is not None and now() > until):
        return False
    if line.indicator.sort == Sort.ENTERED:
        return line.k < 1 and not Appeal.objects.filter(line=line).exists()
    return bool(open_items(line))


def appeals_seen(user: User, city: City) -> QuerySet[Appeal]:
    """All appeals of a city that this person may see."""
    return _with_all(Appeal.objects.visible_to(user).filter(city=city))


def _with_all(appeals: QuerySet[Appeal]) -> QuerySet[Appeal]:
    return appeals.select_related(
        "area", "city", "rulebook", "reported_by", "line__indicator__dimension", "line__card__person",
        "line__card__area", "line__card__department", "line__card__team", "line__card__assessment__scheme",
        "line__card__assessment__area", "unit_area", "unit_department", "first_by", "second_by",
    )  # fmt: skip


def appeals_page(user: User, city: City, *, after: str = "", before: str = "") -> Page:
    """A page of them, the newest first."""
    return page_of(appeals_seen(user, city), NEWEST, after=after, before=before, size=ROWS)


def waiting_for(user: User, city: City) -> list[Appeal]:
    """The open appeals on which this person may decide now: those of his own unit are not among them."""
    ground = Q(pk__in=[])
    for path in jurisdiction.paths_where(user, REVIEWS):
        ground |= Q(area_path__startswith=path)
    waiting = _with_all(Appeal.objects.filter(ground, city=city, status__in=[LODGED, SUPPORTED]))
    return [each for each in waiting.order_by("due_at", "pk") if not each.bars(user, "reject")]


def visible_appeal(user: User, number: str) -> Appeal:
    """One appeal that this person may see."""
    found = _with_all(Appeal.objects.visible_to(user).filter(number=number)).first()
    if found is None:
        raise NotFound(_("There is no such appeal, or it is not yours to see."))
    return found


def counted(board: Assessment) -> dict[str, int]:
    """How many appeals against a board there are in each status."""
    rows = Appeal.objects.filter(line__card__assessment=board).values_list("status").annotate(n=Count("pk"))
    return dict(rows.order_by("status"))


def against(line: ScoreLine) -> Sequence[Appeal]:
    """All appeals against a line, in the order in which they were lodged."""
    return list(Appeal.objects.filter(line=line).order_by("pk"))
