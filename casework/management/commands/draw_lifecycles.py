"""Prints the state diagram of every kind of case, from the tables the code itself obeys (docs/lifecycles.md)."""

from collections.abc import Iterator

from django.core.management.base import BaseCommand
from django.utils import translation

from casework.lifecycle import Lifecycle, all_lifecycles

TITLE = "# Lifecycles\n\nDrawn by `bin/manage draw_lifecycles > docs/lifecycles.md`; a test keeps it true.\n"


class Command(BaseCommand):
    help = "Prints the state diagrams of all kinds of case as Mermaid."

    def handle(self, *args, **options) -> None:
        self.stdout.write(drawn())


def drawn() -> str:
    """The whole page."""
    with translation.override("en"):
        return TITLE + "".join(_page(life) for life in sorted(all_lifecycles(), key=lambda life: life.kind))


def _page(life: Lifecycle) -> str:
    return f"\n## {life.kind}\n\n```mermaid\nstateDiagram-v2\n" + "\n".join(_lines(life)) + "\n```\n"


def _lines(life: Lifecycle) -> Iterator[str]:
    for status, label in life.statuses.items():
        yield f"    {status}: {label}"
    yield f"    [*] --> {life.opening}: {life.opened}"
    for step in life.steps:
        who = step.permission or "system"
        for status in step.from_:
            yield f"    {status} --> {step.to or status}: {step.name} ({who})"
    for status in sorted(life.final):
        yield f"    {status} --> [*]"
