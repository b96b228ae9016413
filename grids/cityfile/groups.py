"""`working_groups.csv`: leading groups and special teams, who sits in them, and what they have set out to do."""

from __future__ import annotations

import re

from accounts.models import User
from grids.folder import Loading, Row, reads
from grids.models import WorkingGroup
from grids.services import groups as services

COLUMNS = ["code", "name", "area", "chair", "members", "task"]


@reads(45)
def load_working_groups(loading: Loading) -> None:
    """Makes or renews the groups; one that is gone from the file is dissolved."""
    rows = loading.table("working_groups.csv", COLUMNS, key="code", needed=False)
    users = loading.made["users"]
    for row in rows:
        row.required("code")
        row.required("name")
        for field, known in {"area": "areas", "chair": "users"}.items():
            row.required(field)
            row.found(field, loading.made[known])
        for username in row.words("members"):
            if username not in users:
                row.wrong("members", f"“{username}” is not known")
    loading.stop_if_wrong()
    for row in rows:
        _renew(loading, row, users)
    gone = WorkingGroup.objects.filter(city=loading.city, until=None).exclude(code__in=[row["code"] for row in rows])
    for group in gone:
        services.dissolve(group, on=loading.settings["effective_from"])


def _renew(loading: Loading, row: Row, users: dict[str, User]) -> None:
    on = loading.settings["effective_from"]
    facts = {
        "name": row["name"],
        "area": loading.made["areas"][row["area"]],
        "chair": users[row["chair"]],
        "until": None,
    }
    group, _new = WorkingGroup.objects.update_or_create(
        city=loading.city, code=row["code"], defaults=facts, create_defaults={**facts, "since": on}
    )
    services.seat(group, members=[users[username] for username in row.words("members")], on=on)
    # A city separates its tasks by a Chinese semicolon; the ASCII one separates names.
    tasks = [words.strip() for words in re.split("[；;]", row["task"]) if words.strip()]
    for words in tasks:
        if not group.tasks.filter(words=words).exists():
            services.add_task(group, words=words, since=on)
