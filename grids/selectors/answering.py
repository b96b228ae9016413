"""Who answers for an area (谁来负责): heads at each level upward, workers, officers, experts, links, Party bodies."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet, Sum

from grids.models import Area, Department, LeaderVisit, MemberUnit, PartyBody, Post, ResponsibilityLink, Role

Link = ResponsibilityLink.Kind
# Kinds that mean a leader's care for an area; the others are daily responsibility within a village.
LEADERS_LINKS = [Link.LEADER, Link.SUPPORT]


@dataclass
class Rung:
    """One area on the way up, and who heads it."""

    area: Area
    heads: list[Post] = field(default_factory=list)


@dataclass
class Answer:
    """Everybody who answers for one area."""

    area: Area
    ladder: list[Rung]
    workers: list[Post]
    # Posts below the grid or without office: 楼栋长, 邻长, 党员岗 …
    small_posts: list[Post]
    posted: list[Post]
    experts: list[Post]
    supervisors: list[Post]
    leaders: list[ResponsibilityLink]
    links: list[ResponsibilityLink]
    party_bodies: list[PartyBody]
    supervision_phone: str


def who_answers(area: Area) -> Answer:
    """Who answers for an area, from the top of the city down to it; the number of questions does not grow with them."""
    ladder = [Rung(rung) for rung in Area.objects.above(area).select_related("level")]
    posts = _posts_along(area)
    for rung in ladder:
        rung.heads = _heads([post for post in posts if post.area_id == rung.area.pk])
    here = [post for post in posts if post.area_id == area.pk]
    links = _links_along(area)
    return Answer(
        area=area,
        ladder=ladder,
        workers=[post for post in here if post.role.part == Role.Part.WORKER],
        small_posts=[post for post in here if post.role.part == Role.Part.SMALL],
        posted=[post for post in posts if post.role.part == Role.Part.POSTED],
        experts=[post for post in posts if post.role.part == Role.Part.EXPERT],
        supervisors=[post for post in posts if post.role.part == Role.Part.SUPERVISOR],
        leaders=[link for link in links if link.kind in LEADERS_LINKS],
        links=[link for link in links if link.kind not in LEADERS_LINKS],
        party_bodies=_party_bodies(area),
        supervision_phone=area.city.supervision_phone,
    )


def visits_to(area: Area, *, most: int = 10) -> list[LeaderVisit]:
    """The latest visits leaders paid to an area or to what lies in it."""
    visits = LeaderVisit.objects.filter(area__path__startswith=area.path).select_related("leader", "area")
    return list(visits[:most])


def visits_told(area: Area) -> dict[str, int]:
    """How many visits, how many problems found, how many solved on the spot, in an area and all below it."""
    visits = LeaderVisit.objects.filter(area__path__startswith=area.path)
    sums = visits.aggregate(found=Sum("problems_found"), solved=Sum("solved_on_site"))
    return {"visits": visits.count(), "found": sums["found"] or 0, "solved": sums["solved"] or 0}


def residents_contacts(area: Area) -> QuerySet[Post]:
    """The posts of a grid that the city publishes, heads first: who a resident may turn to."""
    posts = Post.objects.held().filter(area=area, published=True).select_related("user", "role")
    return posts.order_by("role__pk", "seat")


def _posts_along(area: Area) -> list[Post]:
    posts = Post.objects.held().filter(area__in=area.path_keys, role__code__in=Role.codes_of(*ANSWERING))
    joined = posts.select_related("user", "role", "area__level", "department", "ex_officio_of__role")
    return list(joined.order_by("area__level__rank", "role__pk", "seat", "pk").prefetch_related("nets"))


# A level answers through its heads; where it has none, through its offices; where it has neither, through its desk.
HEADED_BY = [Role.Part.HEAD, Role.Part.OFFICE, Role.Part.DESK]
ANSWERING = [
    *HEADED_BY, Role.Part.WORKER, Role.Part.SMALL, Role.Part.POSTED, Role.Part.EXPERT, Role.Part.SUPERVISOR,
]  # fmt: skip


def _heads(posts: list[Post]) -> list[Post]:
    for part in HEADED_BY:
        found = [post for post in posts if post.role.part == part]
        if found:
            return found
    return []


def _links_along(area: Area) -> list[ResponsibilityLink]:
    links = ResponsibilityLink.objects.held().filter(area__in=area.path_keys).select_related("user", "area__level")
    return list(links.order_by("area__level__rank", "kind", "pk"))


def _party_bodies(area: Area) -> list[PartyBody]:
    members = Prefetch("member_units", MemberUnit.objects.filter(until=None))
    bodies = PartyBody.objects.standing().filter(area=area).select_related("parent").prefetch_related(members)
    return list(bodies.order_by("code"))


def posts_of(department: Department) -> list[Post]:
    """Who holds a post in a department, and to which grid it posted him."""
    posts = Post.objects.held().filter(department=department).select_related("user", "role", "area", "department")
    return list(posts.order_by("role__pk", "seat", "pk").prefetch_related("nets"))
