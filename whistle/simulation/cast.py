"""Who blows, comes, rules and supervises in a simulated city, and how long its rules give each of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from accounts.models import User
from casework.calendar import Unit
from casework.models import TimeLimit
from casework.selectors import limit_for
from grids import geo
from grids.models import Area, Department, Post
from whistle.models import Summons, WhistleItem, WhistleKind
from whistle.reasons import Called
from whistle.simulation.matters import Matter
from whistle.simulation.plan import MOST_CALLED, Plan
from workorders.simulation import cast
from workorders.simulation.cast import NobodyThere


@dataclass(frozen=True)
class Street:
    """An area in whose name whistles are blown, by whom, and the communities that may apply to it."""

    area: Area
    blowers: list[User]
    communities: list[Area]
    applicants: list[User]


@dataclass
class Stage(cast.Stage):
    """A loaded city as the simulation of its whistles sees it."""

    @cached_property
    def sort(self) -> WhistleKind:
        """The city's everyday whistle to departments."""
        kinds = WhistleKind.objects.filter(rulebook=self.rulebook, calls=Called.DEPARTMENTS, urgent=False)
        kind = kinds.order_by("place").first()
        if kind is None:
            raise NobodyThere("the city's rules know no whistle that calls departments")
        return kind

    @cached_property
    def items(self) -> dict[str, WhistleItem]:
        """The matters of the whistle list by their names."""
        return {item.name: item for item in WhistleItem.objects.filter(rulebook=self.rulebook)}

    @cached_property
    def streets(self) -> list[Street]:
        """Where the kind may be blown, by code."""
        posts = self._held(self.sort.blown_by)
        blowers: dict[Area, list[User]] = {}
        for post in posts:
            if post.area is not None:
                blowers.setdefault(post.area, []).append(post.user)
        if not blowers:
            raise NobodyThere("nobody may blow a whistle")
        applying = self._held(self.sort.raised_by)
        return [
            Street(area, users, self._below(area), [each.user for each in applying if each.area in self._below(area)])
            for area, users in sorted(blowers.items(), key=lambda pair: pair[0].code)
        ]

    def _held(self, roles: list[str]) -> list[Post]:
        posts = Post.objects.held(self.on).filter(role__city=self.city, role__code__in=roles).exclude(area=None)
        return list(posts.select_related("user", "area__level", "area__city").order_by("area__code", "seat"))

    def _below(self, area: Area) -> list[Area]:
        if area.pk not in self._communities:
            found = Area.objects.filter(parent=area, valid_to=None).order_by("code")
            self._communities[area.pk] = list(found) or [area]
        return self._communities[area.pk]

    def community(self, plan: Plan) -> Area:
        """Whose matter it is."""
        communities = self.streets[plan.street].communities
        return communities[plan.community % len(communities)]

    def spot(self, community: Area) -> geo.Point:
        """A place in a community: within its first grid."""
        ground = Area.objects.filter(path__startswith=community.path, level__base=True, valid_to=None).order_by("code")
        found = ground.first() or community
        return geo.inner_point(found.boundary or {})

    def blower(self, plan: Plan) -> User:
        """The secretary or the director of the street; he runs its meeting as well."""
        blowers = self.streets[plan.street].blowers
        return blowers[plan.blower % len(blowers)]

    def applicant(self, plan: Plan) -> User | None:
        """Who applies where the whistle is a community's; nobody where the street itself blows."""
        applicants = self.streets[plan.street].applicants if plan.approved is not None else []
        return applicants[plan.community % len(applicants)] if applicants else None

    def asked(self, matter: Matter, street: Area) -> list[tuple[Department, str]]:
        """Whom the matter asks for what: of each choice the first that the city has and that serves the street."""
        found: dict[Department, str] = {}
        for codes, words in matter.asked:
            for code in codes.split("|"):
                department = self._departments.get(code)
                if department is not None and department.area_id in street.path_keys and department not in found:
                    found[department] = words
                    break
        if not found:
            raise NobodyThere(f"no department is there for “{matter.item}”")
        return list(found.items())[:MOST_CALLED]

    def instead(self, called: list[Department], street: Area) -> Department | None:
        """Who could be called in place of a unit that is excused."""
        there = (self._departments[code] for code in ("enforcement", "police", "housing") if code in self._departments)
        return next((each for each in there if each not in called and each.area_id in street.path_keys), None)

    @cached_property
    def _departments(self) -> dict[str, Department]:
        """The departments for which somebody works, by code."""
        rows = Department.objects.standing(self.on).filter(city=self.city, pk__in=self._staff)
        return {row.code: row for row in rows}

    @cached_property
    def _staff(self) -> dict[int, Post]:
        posts = self.posts("handle_in").exclude(department=None).select_related("user").order_by("-seat")
        return {post.department_id: post for post in posts if post.department_id}

    def acts_for(self, summons: Summons) -> tuple[User, str]:
        """Who signs in and comes for a summons, and his rank: the person called, or the department's officer."""
        if summons.person is not None:
            post = Post.objects.held(self.on).filter(user=summons.person, role__city=self.city).first()
            return summons.person, post.title if post else ""
        return self.officer_of(summons.department_id or 0), self._staff[summons.department_id or 0].title

    def officer_of(self, department: int) -> User:
        """Who works for a department."""
        if department not in self._staff:
            raise NobodyThere(f"nobody works for department {department}")
        return self._staff[department].user

    @cached_property
    def ruler(self) -> User:
        """Who rules on whistles sent back: at the centre of the whole city, and none of those who blow."""
        posts = self.posts("rule_in").filter(area__parent=None).exclude(role__code__in=self.sort.blown_by)
        return self._first(posts, "rules on a whistle sent back")

    @cached_property
    def supervisor(self) -> User:
        """Who concludes supervised cases."""
        posts = self.posts("press_in").filter(department__kind=Department.Kind.SUPERVISION)
        return self._first(posts, "works for a supervision office")

    @staticmethod
    def _first(posts, part: str) -> User:
        post = posts.select_related("user").order_by("seat").first()
        if post is None:
            raise NobodyThere(f"nobody {part}")
        return post.user

    def within(self, clock: str, since: dt.datetime, share: float) -> dt.datetime:
        """The moment at which a share of a stage's limit has passed; where the city gives no limit, of a work hour."""
        if clock not in self._shares:
            self._shares[clock] = limit_for(self.rulebook, clock, subject=self.sort.code)
        limit = self._shares[clock]
        amount, unit = (limit.amount, Unit(limit.unit)) if limit else (1.0, Unit.WORK_HOUR)
        return self.calendar.add(since, amount * share, unit)

    def work_hours(self, since: dt.datetime, hours: float) -> dt.datetime:
        """So many working hours later."""
        return self.calendar.add(since, hours, Unit.WORK_HOUR)

    def day_after(self, since: dt.datetime, days: int) -> dt.date:
        """The first working day so many days later."""
        day = since.astimezone(self.city.zone).date() + dt.timedelta(days=days)
        while not self.calendar.works(day):
            day += dt.timedelta(days=1)
        return day

    def __post_init__(self) -> None:
        super().__post_init__()
        self._communities: dict[int, list[Area]] = {}
        self._shares: dict[str, TimeLimit | None] = {}
