"""Where the registers' homes and people stand when the ground itself changes."""

from __future__ import annotations

from grids.models import Area
from registers.models import Home, Person


def follow_area(area: Area, *, into: Area) -> None:
    """Homes and people of an area that was merged or split go into its successor."""
    if area.pk == into.pk:
        return
    taken = Home.objects.filter(area=into).values("building", "door_key")
    for home in Home.objects.filter(area=area):
        # Two areas may each have had a home of this building and door: the people move into the one that stands.
        same = taken.filter(building=home.building, door_key=home.door_key).values_list("pk", flat=True).first()
        if same:
            Person.objects.filter(home=home).update(home_id=same)
        else:
            Home.objects.filter(pk=home.pk).update(area=into)
    Person.objects.filter(area=area).update(area=into)
