"""The ground announces that an area moved; homes and people go into its successor in the same transaction."""

from django.dispatch import receiver

from grids.announcements import area_moved
from registers.services.ground import follow_area


@receiver(area_moved)
def _follow(sender, area, into, **kwargs) -> None:
    follow_area(area, into=into)
