"""How the tests read a city folder: its files as they lie there, without the loader."""

import csv
import json
import tomllib
from pathlib import Path

CITIES = Path(__file__).parents[2] / "config" / "cities"
VILLAGE = Path(__file__).parent / "village"
COUNTS = {
    "hongqiao": [1, 10, 123, 992],
    "xingdian": [1, 14, 59],
    "pingchang": [1, 8, 16, 147],
    "dalad": [1, 6, 26, 235],
    "shuyang": [1, 40, 480, 1855],
}
TABLES = [
    "departments", "groups", "roles", "posts", "links", "party_bodies",
    "member_units", "working_groups", "categories", "time_limits", "ladder", "sources",
]  # fmt: skip


class Folder:
    """A city folder, read as plainly as a person would."""

    def __init__(self, path):
        self.path = path
        self.words = tomllib.loads((path / "city.toml").read_text(encoding="utf-8"))
        self.calendar = tomllib.loads((path / "calendar.toml").read_text(encoding="utf-8"))
        features = json.loads((path / "areas.geojson").read_text(encoding="utf-8"))["features"]
        self.areas = {feature["properties"]["code"]: feature["properties"] for feature in features}
        self.lines = len(features)
        for name in TABLES:
            setattr(self, name, self.table(name))

    def table(self, name):
        with (self.path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, strict=True))

    def level(self, rank):
        return [area for area in self.areas.values() if area["level"] == rank]

    def base(self):
        return self.level(len(self.words["levels"]))

    def held(self, role):
        return [post for post in self.posts if post["role"] == role]


def folder_of(slug):
    return Folder(VILLAGE if slug == "village" else CITIES / slug)
