"""The ground announces that an area moved; open cases follow in the same transaction."""

from django.dispatch import receiver

from casework.services.follow import follow_area
from grids.announcements import area_moved


@receiver(area_moved)
def _follow(sender, area, into, old_path, new_path, **kwargs) -> None:
    follow_area(area, into=into, old_path=old_path, new_path=new_path)
