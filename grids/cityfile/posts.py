"""`roles.csv` and `posts.csv`: what each role allows, and who holds which post."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import make_password

from accounts.models import User
from grids import jurisdiction
from grids.folder import Loading, Row, reads
from grids.models import Post, Role
from grids.permissions import CODENAMES

ROLES = ["code", "name", "name_en", "scope", "permissions"]
POSTS = [
    "key", "username", "name", "role", "area", "department", "title", "employment", "source", "ex_officio_of", "since",
    "skills", "tags", "promise",
]  # fmt: skip
# What a post says of itself; a city may leave the column `nets` out.
FACTS = ["title", "employment", "source", "skills", "tags", "promise", "published"]


@reads(40)
def load_roles(loading: Loading) -> None:
    """Makes or renews the roles."""
    rows = loading.table("roles.csv", ROLES, key="code")
    for row in rows:
        row.required("name")
        row.one_of("scope", Role.Scope.values)
        for permission in set(row["permissions"].split()) - CODENAMES:
            row.wrong("permissions", f"“{permission}” is not a permission")
    loading.stop_if_wrong()
    loading.made["roles"] = {row["code"]: _renewed_role(loading, row) for row in rows}


@reads(41)
def load_posts(loading: Loading) -> None:
    """Appoints whom the file names; a seat that changed its holder is handed over, one that is gone ends."""
    rows = loading.table("posts.csv", POSTS, key="key")
    keys = {row["key"]: row for row in rows}
    names: dict[str, str] = {}
    for row in rows:
        _check(loading, row, keys, names)
    loading.stop_if_wrong()
    users = _users(names)
    held = {post.seat: post for post in Post.objects.filter(role__city=loading.city, until=None).select_related("user")}
    file = {row["key"]: _new(loading, row, users) for row in rows}
    kept = {key for key, post in file.items() if key in held and _same_seat(held[key], post)}
    on = loading.settings["effective_from"]
    Post.objects.filter(pk__in=[post.pk for seat, post in held.items() if seat not in kept]).update(until=on)
    added = [post for key, post in file.items() if key not in kept]
    Post.objects.bulk_create(added, batch_size=1000)
    posts = {post.seat: post for post in [*added, *(held[key] for key in kept)]}
    _renew(rows, kept, posts, file)
    _write_nets(loading, rows, posts)
    jurisdiction.derive_grants({*users.values(), *(post.user for post in held.values())})
    loading.made["users"], loading.made["posts"] = users, posts


def _same_seat(held: Post, wanted: Post) -> bool:
    """The same person, role and place: the post goes on. Anything else is the end of one and the begin of another."""
    seat = ["user_id", "role_id", "area_id", "department_id"]
    return all(getattr(held, field) == getattr(wanted, field) for field in seat)


def _renew(rows: list[Row], kept: set[str], posts: dict[str, Post], file: dict[str, Post]) -> None:
    """What a post says of itself follows the file; and each carried post hangs on the present one that carries it."""
    changed = {}
    for row in rows:
        post, carrier = posts[row["key"]], posts.get(row["ex_officio_of"])
        facts = {name: getattr(file[row["key"]], name) for name in FACTS} if row["key"] in kept else {}
        for name, value in {**facts, "ex_officio_of_id": carrier.pk if carrier else None}.items():
            if getattr(post, name) != value:
                setattr(post, name, value)
                changed[row["key"]] = post
    Post.objects.bulk_update(changed.values(), [*FACTS, "ex_officio_of"], 1000)


def _write_nets(loading: Loading, rows: list[Row], posts: dict[str, Post]) -> None:
    """The nets a post works for, where the file has that column."""
    through = Post.nets.through
    through.objects.filter(post__role__city=loading.city, post__until=None).delete()
    through.objects.bulk_create(
        through(post_id=posts[row["key"]].pk, net_id=loading.made["nets"][code].pk)
        for row in rows
        for code in row.words("nets")
    )


def _check(loading: Loading, row: Row, keys: dict[str, Row], names: dict[str, str]) -> None:
    for field in ("key", "username", "name"):
        row.required(field)
    if names.setdefault(row["username"], row["name"]) != row["name"]:
        row.wrong("name", f"{row['username']} is called {names[row['username']]} elsewhere in this file")
    role = row.found("role", loading.made["roles"]) or (row.required("role") and None)
    area, department = row.found("area", loading.made["areas"]), row.found("department", loading.made["departments"])
    if role and not (area if role.scope == Role.Scope.AREA else department):
        row.wrong(role.scope, f"the role {role.code} is held on one")
    row.one_of("employment", {"", *Post.Employment.values})
    row.one_of("source", {"", *Post.Source.values})
    row.found("ex_officio_of", keys)
    row.required("since")
    row.date("since")
    row.setdefault("nets", "")
    for code in row.words("nets"):
        if code not in loading.made["nets"]:
            row.wrong("nets", f"“{code}” is not a net of city.toml")


def _users(names: dict[str, str]) -> dict[str, User]:
    """An account for each person who has none; without a password until one is given."""
    known = set(User.objects.filter(username__in=names).values_list("username", flat=True))
    nobody = make_password(None)
    User.objects.bulk_create(
        (
            User(username=username, name=name, password=nobody)
            for username, name in names.items()
            if username not in known
        ),
        batch_size=1000,
    )
    return {user.username: user for user in User.objects.filter(username__in=names)}


def _new(loading: Loading, row: Row, users: dict[str, User]) -> Post:
    return Post(
        user=users[row["username"]], role=loading.made["roles"][row["role"]],
        area=loading.made["areas"].get(row["area"]), department=loading.made["departments"].get(row["department"]),
        seat=row["key"], title=row["title"], employment=row["employment"], source=row["source"],
        skills=row.words("skills"), tags=row.words("tags"), promise=row["promise"],
        published=_is_published(loading, row), since=dt.date.fromisoformat(row["since"]),
    )  # fmt: skip


def _is_published(loading: Loading, row: Row) -> bool:
    """Posts on base grids whose role the city publishes (`published_roles`; rules.md 13.1 row 11)."""
    area = loading.made["areas"].get(row["area"])
    return area is not None and area.level.base and row["role"] in loading.settings.get("published_roles", [])


def _renewed_role(loading: Loading, row: Row) -> Role:
    facts = {"name": row["name"], "name_en": row["name_en"], "scope": row["scope"]}
    facts["permissions"] = sorted(row["permissions"].split())
    return Role.objects.update_or_create(city=loading.city, code=row["code"], defaults=facts)[0]
