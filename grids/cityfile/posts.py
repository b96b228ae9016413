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
    kept = {row["key"] for row in rows if row["key"] in held and held[row["key"]].user.username == row["username"]}
    on = loading.settings["effective_from"]
    Post.objects.filter(pk__in=[post.pk for seat, post in held.items() if seat not in kept]).update(until=on)
    added = [_new(loading, row, users) for row in rows if row["key"] not in kept]
    Post.objects.bulk_create(added, batch_size=1000)
    posts = {post.seat: post for post in [*added, *(held[key] for key in kept)]}
    for row in rows:
        if row["ex_officio_of"]:
            posts[row["key"]].ex_officio_of = posts[row["ex_officio_of"]]
    Post.objects.bulk_update([posts[row["key"]] for row in rows if row["ex_officio_of"]], ["ex_officio_of"], 1000)
    jurisdiction.derive_grants({*users.values(), *(post.user for post in held.values())})
    loading.made["users"], loading.made["posts"] = users, posts


def _check(loading: Loading, row: Row, keys: dict[str, Row], names: dict[str, str]) -> None:
    for field in ("key", "username", "name"):
        row.required(field)
    if names.setdefault(row["username"], row["name"]) != row["name"]:
        row.wrong("name", f"{row['username']} is called {names[row['username']]} elsewhere in this file")
    role = row.found("role", loading.made["roles"]) or row.required("role") and None
    area, department = row.found("area", loading.made["areas"]), row.found("department", loading.made["departments"])
    if role and not (area if role.scope == Role.Scope.AREA else department):
        row.wrong(role.scope, f"the role {role.code} is held on one")
    row.one_of("employment", {"", *Post.Employment.values})
    row.one_of("source", {"", *Post.Source.values})
    row.found("ex_officio_of", keys)
    row.required("since")
    row.date("since")


def _users(names: dict[str, str]) -> dict[str, User]:
    """An account for each person who has none; without a password until one is given."""
    known = set(User.objects.filter(username__in=names).values_list("username", flat=True))
    nobody = make_password(None)
    User.objects.bulk_create(
        (User(username=username, name=name, password=nobody) for username, name in names.items() if username not in known),
        batch_size=1000,
    )
    return {user.username: user for user in User.objects.filter(username__in=names)}


def _new(loading: Loading, row: Row, users: dict[str, User]) -> Post:
    return Post(
        user=users[row["username"]], role=loading.made["roles"][row["role"]],
        area=loading.made["areas"].get(row["area"]), department=loading.made["departments"].get(row["department"]),
        seat=row["key"], title=row["title"], employment=row["employment"], source=row["source"],
        skills=row.words("skills"), tags=row.words("tags"), promise=row["promise"],
        since=dt.date.fromisoformat(row["since"]),
    )  # fmt: skip


def _renewed_role(loading: Loading, row: Row) -> Role:
    facts = {"name": row["name"], "name_en": row["name_en"], "scope": row["scope"]}
    facts["permissions"] = sorted(row["permissions"].split())
    return Role.objects.update_or_create(city=loading.city, code=row["code"], defaults=facts)[0]
