"""A figure: its name, value, unit and bound, printed as one JSON line. Measurements register here by name.

Bounds are ratios measured in one run on one machine wherever they can be: seconds say more about the machine.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

Measurement = Callable[[bool], Iterator["Figure"]]
measurements: dict[str, Measurement] = {}


@dataclass(frozen=True)
class Figure:
    """One measured value. `bound` is the most it may be (the least, where `at_least`); None only informs."""

    name: str
    value: float
    unit: str
    bound: float | None = None
    at_least: bool = False
    sizes: dict[str, int] | None = None

    @property
    def ok(self) -> bool:
        if self.bound is None:
            return True
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def line(self) -> str:
        value = float(f"{self.value:.4g}")
        return json.dumps(
            {
                "name": self.name,
                "value": value,
                "unit": self.unit,
                "bound": self.bound,
                "ok": self.ok,
                **(self.sizes or {}),
            }
        )


def measures(name: str) -> Callable[[Measurement], Measurement]:
    """Registers a measurement under the name that `bin/bench NAME` takes; it is told whether to be small."""

    def register(measurement: Measurement) -> Measurement:
        measurements[name] = measurement
        return measurement

    return register


def seconds(work: Callable[[], object], *, times: int = 1) -> float:
    """How long it takes, the median of several times."""
    taken = []
    for _ in range(times):
        gc.collect()
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return median(taken)


def side_by_side(one: Callable[[], object], other: Callable[[], object], *, times: int) -> tuple[float, float]:
    """Two works in turn, so that a busy moment of the machine hits both; the median of each."""
    pairs = [(seconds(one), seconds(other)) for _ in range(times)]
    return median(first for first, _second in pairs), median(second for _first, second in pairs)
