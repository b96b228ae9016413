"""A demo's last visits, written set by set; the visits themselves are invented in `patrols/invented.py`."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from casework.moment import now
from grids.models import City, Post
from grids.selectors import rulebook_in_force, today_in
from patrols.invented import visits_to
from patrols.models import Visit, VisitRule
from registers.models import Home, Person
from registers.selectors.sight import VISITS


@transaction.atomic
def invent_visits(city: City, *, seed: int) -> int:
    """One last visit to everybody who is looked after and to every home; done before, it changes nothing."""
    book = rulebook_in_force(city, today_in(city))
    every: dict[str, int] = {}
    for kind, days in VisitRule.objects.filter(rulebook=book).values_list("kind", "every_days"):
        every[kind] = min(days, every.get(kind, days))
    people = Person.objects.filter(city=city, erased_at=None, visits=None).exclude(cares=None)
    cared = [
        (person, min(every.get(care.kind, 90) for care in person.cares.all()))
        for person in people.select_related("home").prefetch_related("cares").distinct().order_by("pk")
    ]
    homes = list(Home.objects.filter(city=city, visits=None).order_by("pk"))
    rows = list(visits_to(cared, homes, _workers(city), at=now(), seed=seed))
    Visit.objects.bulk_create(rows, batch_size=1_000, ignore_conflicts=True)
    return len(rows)


def _workers(city: City) -> dict[int, User]:
    """Who visits in each grid: the first who holds a post there that may."""
    held = Post.objects.held().filter(role__city=city, area__level__base=True)
    posts = held.filter(role__permissions__contains=[VISITS])
    found: dict[int, User] = {}
    for post in posts.select_related("user").order_by("pk"):
        found.setdefault(post.area_id or 0, post.user)
    return found
