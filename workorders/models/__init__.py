"""Tables of the work order: the order itself, its catalogue, its photos, and the person who reported it."""

from workorders.models.category import Category
from workorders.models.order import Reporter, Unmasking, WorkOrder
from workorders.models.photo import Photo

__all__ = ["Category", "Photo", "Reporter", "Unmasking", "WorkOrder"]
