"""Prints how often a rule marks good grids yellow and how many bad ones it finds, on months whose truth is known."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from assessment.simulated import GRIDS, Outcome, simulate

# At which share of good grids wrongly marked the orderings are compared: one rule's own, and a loose one.
CUTS = (0.022, 0.10)


class Command(BaseCommand):
    help = "Weighs the rule for the lowest band against raw thresholds, on simulated months with known truth."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=20261101)
        parser.add_argument("--rounds", type=int, default=200, help="cities drawn for each row")

    def handle(self, *args: Any, **options: Any) -> None:
        said = {"grids": GRIDS, "rounds": options["rounds"], "seed": options["seed"]}
        self.stdout.write(_("%(grids)s grids, %(rounds)s cities a row, seed %(seed)s") % said)
        self.stdout.write(_("Of each rule: good grids wrongly marked / bad grids found."))
        self.stdout.write(_("Then bad grids found at the same share wrongly marked: raw / doubt."))
        self.stdout.write(HEAD)
        for outcome in simulate(seed=options["seed"], rounds=options["rounds"]):
            self.stdout.write(line_of(outcome))


HEAD = f"{'truth':<13}{'ratings':>8}   {'raw < 85 %':<16}{'P >= 0.6':<16}{'product':<16}" + "".join(
    f"{f'at {cut:.1%}':<16}" for cut in CUTS
)


def line_of(outcome: Outcome) -> str:
    """One row of the table."""
    rules = (outcome.raw, outcome.doubt, outcome.product)
    cells = [f"{rule.wrongly():.1%} / {rule.found():.0%}" for rule in rules]
    cells += [f"{outcome.raw.found_at(cut):.0%} / {outcome.doubt.found_at(cut):.0%}" for cut in CUTS]
    return f"{outcome.truth:<13}{outcome.ratings:>8}   " + "".join(f"{cell:<16}" for cell in cells)
