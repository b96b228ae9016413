"""Tables of the work order: the order, its catalogue and sources, what was seen and said of it, its branches."""

from workorders.models.batch import ImportBatch, ImportColumns, ImportRow
from workorders.models.branches import Application, Objection, Rating, SiteCheck
from workorders.models.category import Category
from workorders.models.desk import Footprint, SavedView
from workorders.models.incoming import Incoming, IntegrationClient, Nonce, Receipt, SentReport
from workorders.models.openorder import OpenOrder
from workorders.models.order import Reporter, Unmasking, WorkOrder
from workorders.models.photo import Photo
from workorders.models.received import ReceivedPhoto, ReceivedRecording, ReceivedReport
from workorders.models.recording import Recording
from workorders.models.replayed import ReceivedStep, WaitingPhoto
from workorders.models.rule import DispatchRule, DryRun, DryRunLine, RuleEdition
from workorders.models.source import Source
from workorders.models.supervision import Clue, Press

__all__ = [
    "Application", "Category", "Clue", "DispatchRule", "DryRun", "DryRunLine", "Footprint", "ImportBatch",
    "ImportColumns", "ImportRow", "Incoming", "IntegrationClient", "Nonce", "Objection", "OpenOrder", "Photo", "Press",
    "Rating", "Receipt", "ReceivedPhoto", "ReceivedRecording", "ReceivedReport", "ReceivedStep",
    "Recording", "Reporter", "RuleEdition", "SavedView", "SentReport", "SiteCheck", "Source", "Unmasking",
    "WaitingPhoto", "WorkOrder",
]  # fmt: skip
