"""What the rows of `matrix/` are made of: the people, who of them sees which place, who may what there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

GRID = {"worker", "community"}
STREET = {"dispatcher", "secretary", "director", "supervisor", "leader", "organiser"}
VILLAGERS = GRID | STREET | {"worker2", "officer", "officer_b"}
PEOPLE = (*sorted(VILLAGERS), "outsider", "stranger", "anonymous")
SIGNED_IN = frozenset(PEOPLE) - {"anonymous"}

# Who sees the order of each place: whose ground it is, whose department has it in hand, who reported it.
SEE_ORDER = {"own": GRID | STREET | {"officer"}, "sibling": STREET | {"worker2"}, "elsewhere": {"stranger"}}
SEE_HANDLED = {"own": SEE_ORDER["own"], "sibling": set(), "elsewhere": set()}
# The whistle of each place calls the department of its order.
SEE_WHISTLE = {"own": SEE_ORDER["own"], "sibling": STREET | {"worker2", "officer_b"}, "elsewhere": {"stranger"}}
# Who sees the ground of each place: whoever holds a post in that city.
SEE_GROUND = {"own": VILLAGERS, "sibling": VILLAGERS, "elsewhere": {"stranger"}}
EVERYWHERE = dict.fromkeys(("own", "sibling", "elsewhere"), SIGNED_IN)
REPORTERS = {"worker", "worker2", "dispatcher", "secretary", "director", "community", "stranger"}

Sight = Mapping[str, set[str] | frozenset[str]]


@dataclass(frozen=True)
class Row:
    """One address with one method: its keys by the names of `scene.Spot.keys`, and what everybody gets."""

    method: str = "GET"
    status: int = 200
    keys: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    asks: Mapping[str, str] = field(default_factory=dict)
    sees: Sight = field(default_factory=lambda: EVERYWHERE)
    # Only these may; without it, whoever sees.
    may: frozenset[str] | None = None
    denied: int = 403
    unseen: int = 404
    nameless: int = 302
    # The few who get something else, and why it is right is said beside the row.
    but: Mapping[str, int] = field(default_factory=dict)

    @property
    def placed(self) -> bool:
        return bool(self.keys)

    def expected(self, person: str, place: str) -> int:
        if person == "anonymous":
            return self.nameless
        if person in self.but:
            return self.but[person]
        if person not in self.sees[place]:
            return self.unseen
        return self.status if self.may is None or person in self.may else self.denied


def only(*people: str) -> frozenset[str]:
    return frozenset(people)


NUMBER, CODE, DEPARTMENT = {"number": "number"}, {"code": "code"}, {"code": "department"}
WHISTLE, SUPERVISION = {"number": "whistle"}, {"number": "supervision"}
POST, PHOTO, DESK = {"key": "post"}, {"key": "photo"}, {"code": "desk"}
RECORDING = {"key": "recording"}
NO_CITY = {"outsider": 404}
BLOWERS = only("secretary", "director", "community")
IMPORTERS, NO_SHEET = only("dispatcher"), "00000000-0000-4000-8000-000000000000"
FILING = only("dispatcher", "secretary", "director", "supervisor", "duty_chief")
# Who goes on patrol, and who watches over those who do.
PATROL = {"key": "patrol"}
SEE_PATROL = {"own": {"dispatcher"}, "sibling": {"dispatcher"}, "elsewhere": {"stranger"}}
WALKERS, WATCHERS = only("worker", "worker2", "community", "secretary", "stranger"), only("dispatcher")
# Who plans what is gone to, and who names what is dangerous for a unit.
PLANNERS, NAMERS, NO_POST = only("director", "community"), only("officer", "officer_b"), {"outsider": 403}
REPORT = {"category": "060101", "words": "x", "lng": "117.151", "lat": "39.165"}
BOX = {"west": "117", "south": "39", "east": "118", "north": "40"}

# Whose ground it is and who keeps its registers; the secretary heads the grids of the whole street besides.
READERS, KEEPERS = only("worker", "worker2", "community", "secretary", "stranger"), only("community")
SEE_REGISTER = {
    "own": {"worker", "community", "secretary"},
    "sibling": {"worker2", "secretary"},
    "elsewhere": {"stranger"},
}
PERSON, HOME = {"key": "person"}, {"key": "home"}
KEPT = {"sees": SEE_REGISTER, "may": KEEPERS}

# Open to anybody, each with its reason.
OPEN = {
    "healthz": "a load balancer asks, and learns one word",
    "readyz": "a load balancer asks; no row of the city's is told",
    "metrics": "Prometheus asks from inside: docs/operations.md binds it there; counts, no names",
    "i18n/setlang/": "the sign-in page has its language switch",
    "login/": "the door itself",
    "grids/<slug:code>/": "a resident looks up his grid and whom to turn to (rules 13.1 row 11)",
    "api/v1/auth/token/": "the door itself, for programs",
    "sw.js": "a browser asks for it without a session; it names the release's own files and holds no row",
    "manifest.webmanifest": "a browser asks for it without a session; the product's name and pictures",
    "api/^": "every address that is none; says so and nothing more",
}

API = {"nameless": 401}
