"""Who may blow is a post, not a person: the matrix of every post of all five cities by every kind of whistle."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pytest
from django.db import transaction

from accounts.models import User
from casework.jurisdiction import may_take
from casework.moment import now
from grids.models import Area, AreaGrant, City, DepartmentGrant, Post, Role
from grids.once import asked_once
from grids.selectors import rulebook_in_force
from grids.services import posts as appointments
from grids.services.publishing import publish
from tests.cities.folders import CITIES, COUNTS
from whistle.lifecycle import WHISTLE
from whistle.models import Whistle, WhistleKind
from whistle.selectors.rules import (
    items_of,
    kinds_for,
    kinds_of,
    kinds_to_raise,
    leaders_by_department,
    main_leaders,
)

pytestmark = pytest.mark.django_db
BLOW = next(step for step in WHISTLE.steps if step.name == "blow")
TWO = {"party_secretary", "office_director"}
# How many kinds each city has, how many persons may blow any of them, and as what.
BLOWERS = {
    # Ten streets, each with its secretary and its director; nobody else in the district.
    "hongqiao": (1, 20, TWO),
    # Two and one of the leadership team in each of six streets, and the secretaries of 26 communities.
    "dalad": (5, 18 + 26, {*TWO, "team_member", "community_secretary"}),
    # The street's own leaders, and the leaders in contact with the communities.
    "xingdian": (2, 2 + 4, {*TWO, "district_leader"}),
    "pingchang": (2, 2 + 8, {*TWO, "district_leader"}),
    # The duty chief of a town is of its leadership team (政法委员).
    "shuyang": (3, 3 * 40, {*TWO, "duty_chief"}),
}


@dataclass(frozen=True)
class Held:
    """One post as the matrix sees it."""

    user: User
    role: Role
    area: Area | None


class Place:
    """One city as it is delivered, with all of its posts."""

    def __init__(self, slug: str, city: City):
        self.slug, self.city = slug, city
        self.kinds = list(kinds_of(rulebook_in_force(city, now().astimezone(city.zone).date())))
        posts = Post.objects.held().filter(role__city=city).select_related("user", "role", "area__level").order_by("pk")
        self.posts = [Held(post.user, post.role, post.area) for post in posts]
        self.of: dict[int, list[Held]] = {}
        for post in self.posts:
            self.of.setdefault(post.user.pk, []).append(post)
        self.areas = list(Area.objects.filter(city=city, level__base=False).select_related("level").order_by("path"))
        self.below: dict[int | None, list[Area]] = {}
        for area in self.areas:
            self.below.setdefault(area.parent_id, []).append(area)

    def expected(self, user: User, kind: WhistleKind, caller: Area) -> bool:
        """The rule in one line: he holds a post of the kind's list, on the caller or on ground that holds it."""
        return any(
            post.role.code in kind.blown_by and post.area is not None and caller.path.startswith(post.area.path)
            for post in self.of.get(user.pk, [])
        )

    def listed(self, user: User) -> bool:
        return any(post.role.code in kind.blown_by for post in self.of[user.pk] for kind in self.kinds)

    def callers_near(self, area: Area) -> list[Area]:
        """The area itself, what holds it, one beside it, and one below it and below its sister."""
        sisters = [each for each in self.below.get(area.parent_id, []) if each.pk != area.pk][:1]
        below = [next(iter(self.below.get(one.pk, [])), one) for one in [area, *sisters]]
        above = [each for each in self.areas if area.path.startswith(each.path)]
        return list({each.pk: each for each in [area, *above, *sisters, *below]}.values())

    def whistle(self, kind: WhistleKind, caller: Area) -> Whistle:
        return Whistle(kind=WHISTLE.kind, city=self.city, rulebook=kind.rulebook, sort=kind, caller=caller, area=caller)


@pytest.fixture(scope="module", params=COUNTS)
def place(request, django_db_setup, django_db_blocker):
    """Each of the five cities, loaded once; a test rolls back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Place(request.param, publish(CITIES / request.param).city)
        transaction.set_rollback(True)


@pytest.mark.mechanism("2-16")
def test_of_all_who_hold_a_post_only_those_on_a_kinds_list_are_granted_to_blow(place):
    """Set-based over every post of the city: without the grant the door refuses every kind, everywhere."""
    grants = AreaGrant.objects.filter(permission__codename="blow_in", content_object__city=place.city)
    granted = set(grants.values_list("user", flat=True))
    assert granted == {user for user, posts in place.of.items() if place.listed(posts[0].user)}
    roles = {role for kind in place.kinds for role in kind.blown_by}
    assert (len(place.kinds), len(granted), roles) == BLOWERS[place.slug]
    assert not DepartmentGrant.objects.filter(permission__codename="blow_in").exists()


@pytest.mark.mechanism("2-16")
def test_each_of_them_may_blow_exactly_his_kinds_exactly_on_his_ground(place):
    told = 0
    for user in {post.user.pk: post.user for post in place.posts if place.listed(post.user)}.values():
        grounds = {post.area.pk: post.area for post in place.of[user.pk] if post.area and not post.area.level.base}
        callers = {each.pk: each for area in grounds.values() for each in place.callers_near(area)}.values()
        with asked_once():
            for kind, caller in product(place.kinds, callers):
                allowed = may_take(user, BLOW, place.whistle(kind, caller))
                assert allowed == place.expected(user, kind, caller), (user.username, kind.code, caller.code)
                told += allowed
    assert told >= BLOWERS[place.slug][1]


@pytest.mark.mechanism("2-16")
def test_no_other_post_of_any_role_on_any_level_lets_anybody_blow(place):
    """One holder of each role on each level, with every kind, at home and above."""
    sample = {(post.role.code, post.area.level.rank if post.area else 0): post for post in reversed(place.posts)}
    assert {role for role, _rank in sample} == {post.role.code for post in place.posts}
    for post in sample.values():
        at = post.area if post.area and not post.area.level.base else place.areas[0]
        for kind, caller in product(place.kinds, {place.areas[0], at}):
            allowed = may_take(post.user, BLOW, place.whistle(kind, caller))
            assert allowed == place.expected(post.user, kind, caller), (post.user.username, kind.code, caller.code)
        assert bool(kinds_for(post.user, place.city)) == place.listed(post.user)


@pytest.mark.mechanism("2-16")
def test_what_the_page_offers_is_what_the_door_lets_through(place):
    for user in list({post.user.pk: post.user for post in place.posts if place.listed(post.user)}.values())[:20]:
        offered = kinds_for(user, place.city)
        assert offered
        for each in offered:
            assert each.callers
            assert all(may_take(user, BLOW, place.whistle(each.kind, caller)) for caller in each.callers)


def test_a_community_may_apply_for_what_only_the_street_may_blow(place):
    secretary = next(post for post in place.posts if post.role.code == "community_secretary")
    applied = kinds_to_raise(secretary.user, place.city)
    assert {each.kind.code for each in applied} == {kind.code for kind in place.kinds if kind.raised_by}
    assert applied
    for each in applied:
        assert each.callers == [secretary.area]
        assert not may_take(secretary.user, BLOW, place.whistle(each.kind, secretary.area))


def test_every_city_lists_between_fourteen_and_twenty_matters_and_every_bureau_has_its_leader(place):
    rulebook = place.kinds[0].rulebook
    assert 14 <= items_of(rulebook).count() <= 20
    assert main_leaders(rulebook)
    bodies = list(place.city.departments.exclude(kind__in=["supervision", "discipline"]))
    charged = leaders_by_department(rulebook, bodies)
    assert all(charged[body.pk] and charged[body.pk] != main_leaders(rulebook) for body in bodies)


@pytest.fixture
def kind(city):
    return WhistleKind.objects.get(rulebook=rulebook_in_force(city, now().date()), code="hard")


def test_the_right_goes_with_the_post_when_its_holder_changes(city, cast, kind):
    street = Area.objects.get(city=city, parent=None)
    whistle = Whistle(kind=WHISTLE.kind, city=city, sort=kind, caller=street, area=street)
    newcomer = User.objects.create(username="new_secretary", name="新书记")
    assert may_take(cast.secretary, BLOW, whistle)
    assert not may_take(newcomer, BLOW, whistle)
    post = Post.objects.get(seat="secretary", until=None)
    appointments.hand_over(post, to=newcomer, on=now().date())
    assert not may_take(cast.secretary, BLOW, whistle)
    assert kinds_for(cast.secretary, city) == []
    assert may_take(newcomer, BLOW, whistle)
    assert [each.kind.code for each in kinds_for(newcomer, city)] == ["work", "hard", "rescue", "units"]


def test_a_secretary_of_another_street_may_not_blow_here(city, cast, kind):
    """The same role on other ground: two communities of the village, each with its own secretary."""
    first, second = Area.objects.filter(city=city, level__rank=2).order_by("code")
    members = WhistleKind.objects.get(rulebook=kind.rulebook, code="members")
    here = Whistle(kind=WHISTLE.kind, city=city, sort=members, caller=first, area=first)
    there = Whistle(kind=WHISTLE.kind, city=city, sort=members, caller=second, area=second)
    assert may_take(cast.community, BLOW, here)
    assert not may_take(cast.community, BLOW, there)
    other = User.objects.get(username="community2")
    assert (may_take(other, BLOW, here), may_take(other, BLOW, there)) == (False, True)
    assert [(each.kind.code, each.callers) for each in kinds_for(cast.community, city)] == [("members", [first])]
