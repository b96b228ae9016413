"""Two cities with an order each where it matters: what the matrix of addresses and people plays on.

`own` is the worker's grid, `sibling` the neighbour's in the same street, `elsewhere` another city altogether.
"""

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path

from accounts.models import User
from casework.moment import moved_to
from grids.models import Area, City, Department
from grids.selectors import rulebook_in_force
from grids.services.publishing import publish
from tests.conftest import MORNING, PLACE, VILLAGE, jpeg
from workorders.models import Category, WorkOrder
from workorders.services import orders, reporting, supervision

PLACES = ("own", "sibling", "elsewhere")
# When everybody comes to look: the Monday after.
LATER = MORNING + dt.timedelta(days=3)
RESIDENT = {"name": "欧阳若兰", "phone": "13920781234", "id_number": "120106199003077723"}
SIBLING = {"lng": 117.155, "lat": 39.165}


@dataclass(frozen=True)
class Spot:
    """One of the three places, with whatever an address may ask for by its key."""

    order: WorkOrder
    area: Area
    department: Department

    def keys(self) -> dict[str, object]:
        return {
            "number": self.order.number,
            "code": self.area.code,
            "department": self.department.code,
            "desk": self.area.city.areas.get(parent=None).code,
            "post": self.area.posts.order_by("pk").first().pk,
            "photo": self.order.photos.first().key,
        }


def build(folder: Path) -> dict[str, Spot]:
    """Loads the second city and lets the real services open the three orders."""
    hamlet = publish(other_city(folder)).city
    village = City.objects.filter(slug="village").first() or publish(VILLAGE).city
    User.objects.get_or_create(username="outsider", defaults={"name": "路人"})
    return {
        "own": _at(village, "worker", "sanitation", MORNING, PLACE, handled=True),
        "sibling": _at(village, "worker2", "housing", MORNING, SIBLING),
        "elsewhere": _at(hamlet, "stranger", "cleaning", MORNING - dt.timedelta(days=1), PLACE),
    }


def _at(city: City, worker: str, department: str, moment: dt.datetime, point: dict, *, handled: bool = False) -> Spot:
    by, to = User.objects.get(username=worker), Department.objects.get(city=city, code=department)
    category = Category.objects.get(rulebook=rulebook_in_force(city, MORNING.date()), code="060101")
    with moved_to(moment.astimezone(dt.UTC)):
        order = reporting.report(
            by=by, city=city, category=category, words="居民楼前垃圾外露。", source="resident", reporter=RESIDENT,
            pictures=[jpeg()], **point,
        )  # fmt: skip
        if handled:
            dispatcher = User.objects.get(username="dispatcher")
            order = orders.dispatch(orders.accept(order, by=dispatcher), by=dispatcher, department=to)
            order = orders.sign_for(order, by=User.objects.get(username="officer"))
            order = supervision.press(order, by=User.objects.get(username="supervisor"), level=1, words="请尽快办理。")
    return Spot(order, order.area, to)


def other_city(folder: Path) -> Path:
    """The village once more under another name, with codes of its own and one inhabitant."""
    shutil.copytree(VILLAGE, folder, dirs_exist_ok=True)
    for file in folder.iterdir():
        text = file.read_text(encoding="utf-8")
        text = (
            text.replace("120106990", "330727990")
            .replace("sanitation", "cleaning")
            .replace("housing", "lodging")
            .replace("试点", "他处")
        )
        file.write_text(text.replace('slug = "village"', 'slug = "hamlet"'), encoding="utf-8")
    for name in ("links.csv", "working_groups.csv", "posts.csv"):
        (folder / name).write_text(_head(folder / name), encoding="utf-8")
    with (folder / "posts.csv").open("a", encoding="utf-8") as posts:
        posts.write("stranger,stranger,邻县人,grid_worker,330727990001001,,网格员,full_time,hired,,2026-01-01,,,\n")
    return folder


def _head(file: Path) -> str:
    return file.read_text(encoding="utf-8").splitlines()[0] + "\n"
