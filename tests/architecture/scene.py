"""Two cities with an order and a whistle each where it matters: what the matrix of addresses and people plays on.

`own` is the worker's grid, `sibling` the neighbour's in the same street, `elsewhere` another city altogether.
"""

import datetime as dt
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from accounts.models import User
from casework.moment import moved_to, now
from grids.models import Area, City, Department
from grids.selectors import rulebook_in_force
from grids.services.publishing import publish
from patrols.models import Patrol
from patrols.services import walks
from registers.models import Person
from registers.services import homes, people
from tests.conftest import MORNING, PLACE, VILLAGE, jpeg
from tests.workorders.sounding import webm
from whistle.models import Supervision, Whistle, WhistleKind
from whistle.services.blowing import blow_now
from whistle.services.calling import Asked
from whistle.services.supervisions import supervise
from workorders.models import Category, WorkOrder
from workorders.services import orders, reporting, supervision
from workorders.services.sounds import read_sound

PLACES = ("own", "sibling", "elsewhere")
# When everybody comes to look: the Monday after.
LATER = MORNING + dt.timedelta(days=3)
RESIDENT = {"name": "欧阳若兰", "phone": "13920781234", "id_number": "990106199003077729"}
SIBLING = {"lng": 117.155, "lat": 39.165}


@dataclass(frozen=True)
class Spot:
    """One of the three places, with whatever an address may ask for by its key."""

    order: WorkOrder
    area: Area
    department: Department
    whistle: Whistle
    supervision: Supervision
    patrol: Patrol
    person: Person

    def keys(self) -> dict[str, object]:
        return {
            "number": self.order.number,
            "code": self.area.code,
            "department": self.department.code,
            "desk": self.area.city.areas.get(parent=None).code,
            "post": self.area.posts.order_by("pk").first().pk,
            "photo": self.order.photos.first().key,
            "recording": self.order.recordings.first().key,
            "whistle": self.whistle.number,
            "supervision": self.supervision.number,
            "patrol": self.patrol.key,
            "person": self.person.key,
            "home": self.person.home.key,
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
            pictures=[jpeg()], recording=read_sound(webm()), **point,
        )  # fmt: skip
        if handled:
            dispatcher = User.objects.get(username="dispatcher")
            order = orders.dispatch(orders.accept(order, by=dispatcher), by=dispatcher, department=to)
            order = orders.sign_for(order, by=User.objects.get(username="officer"))
            order = supervision.press(order, by=User.objects.get(username="supervisor"), level=1, words="请尽快办理。")
        whistle = _whistle(city, "secretary" if handled or worker == "worker2" else "reeve", to, point)
        patrol = _patrol("member" if handled else "community2" if worker == "worker2" else "stranger", moment)
        person = _person(order.area, point)
    return Spot(order, order.area, to, whistle, whistle.supervision, patrol, person)


def _person(area: Area, point: dict) -> Person:
    """The resident once more, in the registers of each place: by no address does anybody read unasked who he is."""
    keeper = area.parent.posts.get(role__code="community_secretary").user
    home = homes.take_in_home(by=keeper, area=area, building="3 号楼", door="702", **point)
    # Nobody stands twice in one city by his number.
    known = Person.objects.filter(city=area.city).exclude(id_number_key="").exists()
    return people.take_in(by=keeper, area=area, home=home, **(RESIDENT | {"id_number": ""} if known else RESIDENT))


def _patrol(walker: str, moment: dt.datetime) -> Patrol:
    """One that runs, of somebody who asks for nothing himself; of the stranger one that is over."""
    by = User.objects.get(username=walker)
    patrol = walks.start(by=by, key=uuid4(), started_at=moment)
    return walks.end(patrol, by=by, ended_at=moment) if walker == "stranger" else patrol


def _whistle(city: City, blower: str, department: Department, point: dict) -> Whistle:
    """An emergency to which one department is called, and for which it has to answer in writing."""
    whistle = blow_now(
        by=User.objects.get(username=blower), words="楼前大树倒伏。", spring="masses", place="楼前", why_unlisted="演示",
        sort=WhistleKind.objects.get(rulebook=rulebook_in_force(city, MORNING.date()), code="rescue"),
        caller=city.areas.get(parent=None), called=[Asked(department=department)],
        meet_at=now() + dt.timedelta(minutes=20), **point,
    )  # fmt: skip
    return supervise(whistle, reason="not_there", department=department)


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
    # No leaders live here, so nothing grows louder by itself.
    rules = folder / "whistle.toml"
    kinds = rules.read_text(encoding="utf-8").partition("[[charges]]")[0]
    rules.write_text(re.sub(r'growth = ".*"', 'growth = "by_hand"', kinds), encoding="utf-8")
    # Nobody of an assessment team lives here either.
    schemes = folder / "assessment.toml"
    schemes.write_text(re.sub(r"assessors = .*\n", "", schemes.read_text(encoding="utf-8")), encoding="utf-8")
    with (folder / "posts.csv").open("a", encoding="utf-8") as posts:
        posts.write("stranger,stranger,邻县人,grid_worker,330727990001001,,网格员,full_time,hired,,2026-01-01,,,\n")
        posts.write("clerk,clerk,邻县社工,community_secretary,330727990001,,社区书记,full_time,office,,2026-01-01,,,\n")
        posts.write("reeve,reeve,邻县书记,party_secretary,330727990,,党工委书记,full_time,office,,2026-01-01,,,\n")
    return folder


def _head(file: Path) -> str:
    return file.read_text(encoding="utf-8").splitlines()[0] + "\n"
