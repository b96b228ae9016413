"""Looks on site (核查, 核实): asked of the nearest worker of the area, answered with what is there."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from accounts.models import User
from casework.actors import Actor
from casework.moment import now
from casework.services import clocks, doors
from grids.models import Area, Post
from workorders.lifecycle import ACCEPT, CHECK, VERIFY
from workorders.models import Photo, SiteCheck, WorkOrder
from workorders.services.parts import start
from workorders.services.photos import add_photos


@transaction.atomic
def ask_check(order: WorkOrder, *, by: Actor, note: str = "") -> WorkOrder:
    """核查: before it is taken on, somebody goes and looks; the clock of accepting stands still meanwhile."""
    order = doors.take_step(order, "ask_check", by=by, note=note)
    clocks.pause_clocks(order, clock=ACCEPT, reason="check")
    ask_worker(order, SiteCheck.Moment.BEFORE)
    return order


@transaction.atomic
def check(
    order: WorkOrder, *, by: Actor, there: bool, words: str = "", pictures: list[bytes] | None = None
) -> WorkOrder:
    """The worker says whether the matter is there; the desk then accepts it, or says why not."""
    outcome = SiteCheck.Outcome.THERE if there else SiteCheck.Outcome.GONE
    facts = {"outcome": str(outcome), "photos": len(pictures or [])}
    order = doors.take_step(order, "check", by=by, note=words.strip(), facts=facts)
    clocks.stop_clock(order, CHECK)
    note_check(order, by=by, outcome=outcome, words=words, pictures=pictures or [])
    clocks.resume_clocks(order, clock=ACCEPT)
    return order


def ask_worker(order: WorkOrder, moment: str) -> SiteCheck:
    """Asks the nearest worker, and starts the area's clock for the look."""
    worker, chosen = nearest_worker(order.area)
    clock = CHECK if moment == SiteCheck.Moment.BEFORE else VERIFY
    start(order, clock, order.area)
    return SiteCheck.objects.create(order=order, moment=moment, worker=worker, chosen=chosen, at=now())


def note_check(
    order: WorkOrder, *, by: Actor, outcome: str, words: str = "", pictures: Iterable[bytes] = (),
    photo: str = Photo.Moment.BEFORE,
) -> None:  # fmt: skip
    """Writes what the look found; whoever of the area went, not only who was asked."""
    person = by if isinstance(by, User) else None
    found = {"done_by": person, "done_at": now(), "outcome": outcome, "words": words.strip()}
    SiteCheck.objects.filter(order=order, done_at=None).update(**found)
    done = outcome in (SiteCheck.Outcome.DONE, SiteCheck.Outcome.NOT_DONE)
    moment = Photo.Moment.AFTER if done else photo
    add_photos(order, pictures=list(pictures), moment=moment, by=person)


def nearest_worker(area: Area) -> tuple[User | None, str]:
    """Who goes: the grid's own worker, else the one of the same community with the fewest looks waiting.

    Never by anybody's last position: workers are not tracked outside a patrol (product.md D, 2).
    """
    own = _workers(Q(area=area)).first()
    if own:
        return own.user, "own_grid"
    beside = _workers(Q(area__parent=area.parent_id)) if area.parent_id else Post.objects.none()
    waiting = SiteCheck.objects.filter(done_at=None).values("worker").annotate(n=Count("pk"))
    load = {row["worker"]: row["n"] for row in waiting}
    posts = sorted(beside, key=lambda post: (load.get(post.user_id, 0), post.pk))
    return (posts[0].user, "least_load") if posts else (None, "nobody")


def _workers(where: Q) -> QuerySet[Post]:
    posts = Post.objects.held().filter(where, role__scope="area", role__permissions__contains=["keep_in"])
    return posts.select_related("user").order_by("pk")
