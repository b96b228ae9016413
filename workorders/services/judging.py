"""The verdict on each row of a sheet: new, there already, or wrong and why. Nothing is opened here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from casework.refusals import NotNow
from grids import geo
from grids import jurisdiction as ground
from grids.models import Area
from workorders.models import ImportBatch, ImportRow, Incoming
from workorders.models.details import EXTERNAL
from workorders.selectors.sources import source_today
from workorders.services.drafts import NEEDED, Draft, Drafter

Verdict = ImportRow.Verdict
LONGEST_REASON = 500
# By these headings a column is known without being told, whatever case and blanks they are written with.
KNOWN_AS = {
    "external_no": ("工单编号", "来件编号", "受理编号", "工单号", "编号", "order no", "number"),
    "words": ("诉求内容", "诉求详情", "问题描述", "描述", "内容", "工单内容", "description"),
    "category": ("事项编码", "事项代码", "事项", "类别", "分类", "category"),
    "place": ("地址", "事发地址", "地址描述", "详细地址", "address"),
    "area": ("区域代码", "网格代码", "网格编码", "社区代码", "area code"),
    "lng": ("经度", "x", "lng", "longitude"),
    "lat": ("纬度", "y", "lat", "latitude"),
    "datum": ("坐标系", "datum"),
    "reporter_name": ("姓名", "诉求人", "来电人", "反映人", "上报人", "主要诉求人姓名", "name"),
    "reporter_phone": ("电话", "联系电话", "来电号码", "手机号", "上报人电话", "主要诉求人电话", "phone"),
    "nature": ("诉求类型", "工单类型", "nature"),
    "due_on": ("要求办结日期", "办结期限", "due"),
    "letter_no": ("信访件号", "来文号",),
    "service": ("服务类型",),
}  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """One row with its verdict; of a new one the draft and the area in which it lies."""

    row: ImportRow
    draft: Draft | None = None
    area: Area | None = None


def guessed_columns(headers: Sequence[str], fields: Sequence[str], kept: dict[str, str]) -> dict[str, str]:
    """Which heading stands for which field: as the source's last sheet had it, else by its name."""
    plain = {_plain(heading): heading for heading in headers if heading}
    found: dict[str, str] = {}
    for name in fields:
        names = (_plain(known) for known in (kept.get(name, ""), name, *KNOWN_AS.get(name, ())))
        match = next((plain[key] for key in names if key in plain), "")
        if match and match not in found.values():
            found[name] = match
    return found


def _plain(heading: str) -> str:
    return "".join(heading.lower().split())


class Judge:
    """Judges the rows of one batch."""

    def __init__(self, batch: ImportBatch):
        source = source_today(batch.city, batch.source)
        if source is None:
            raise NotNow(_("“%(code)s” is no source of this city any more.") % {"code": batch.source})
        self.batch, self.source = batch, source
        self.drafter = Drafter(batch.city, source)
        self.places = {name: batch.headers.index(heading) for name, heading in batch.columns.items()}
        self.paths = ground.paths_where(batch.by, "import_in")

    @property
    def missing(self) -> list[str]:
        """Fields that no column stands for and without which no row can be read."""
        lost = [name for name in NEEDED if name not in self.places]
        placed = "area" in self.places or {"lng", "lat"} <= self.places.keys()
        return lost if placed else [*lost, "area"]

    def judge(self, rows: Sequence[ImportRow]) -> list[Judged]:
        """Gives each row its verdict and reason (unsaved), all with a handful of questions."""
        seen: dict[str, int] = {}
        by_key = {area.pk: area for area in self.drafter.areas.values()}
        judged = [self._read(row, seen) for row in rows]
        judged = self._located(judged, by_key)
        known = self._known([each.row.external_no for each in judged if each.draft])
        return [self._told_already(each) if each.row.external_no in known and each.draft else each for each in judged]

    def _read(self, row: ImportRow, seen: dict[str, int]) -> Judged:
        said = {name: row.cells[place] for name, place in self.places.items()}
        row.external_no = said.get(EXTERNAL, "").strip()[:60]
        try:
            draft = self.drafter.draft(said)
        except ValidationError as error:
            return _wrong(row, self._reasons(error))
        if draft.external_no in seen:
            words = _("the number stands in line %(line)s already") % {"line": seen[draft.external_no]}
            return _wrong(row, words)
        seen[draft.external_no] = row.line
        row.verdict, row.reason = Verdict.NEW, ""
        return Judged(row, draft, draft.area)

    def _reasons(self, error: ValidationError) -> str:
        labels = self.drafter.fields()
        told = [
            f"{labels.get(name, name)}{_(': ')}{' '.join(map(str, words))}"
            for name, words in error.message_dict.items()
        ]
        return _("; ").join(told)

    def _located(self, judged: list[Judged], by_key: dict[int, Area]) -> list[Judged]:
        """Points find their areas all at once; what lies outside, or where the person may not import, is wrong."""
        pointed = [each for each in judged if each.draft and each.area is None]
        points = [geo.to_wgs84(*each.draft.point) for each in pointed if each.draft]
        lines, found = [each.row.line for each in pointed], geo.area_keys_at(points, city=self.batch.city)
        keys = dict(zip(lines, found, strict=True))
        return [self._placed(each, each.area or by_key.get(keys.get(each.row.line) or 0)) for each in judged]

    def _placed(self, each: Judged, area: Area | None) -> Judged:
        if each.draft is None:
            return each
        if area is None:
            return _wrong(each.row, _("This point lies outside %(city)s.") % {"city": self.batch.city})
        if not any(area.path.startswith(path) for path in self.paths):
            return _wrong(each.row, _("You cannot import into %(area)s.") % {"area": area})
        return Judged(each.row, each.draft, area)

    def _known(self, numbers: list[str]) -> set[str]:
        found = Incoming.objects.filter(city=self.batch.city, source=self.batch.source, external_no__in=numbers)
        return set(found.values_list("external_no", flat=True))

    def _told_already(self, each: Judged) -> Judged:
        each.row.verdict, each.row.reason = Verdict.KNOWN, ""
        return Judged(each.row)


def _wrong(row: ImportRow, reason: str) -> Judged:
    row.verdict, row.reason = Verdict.WRONG, reason[:LONGEST_REASON]
    return Judged(row)
