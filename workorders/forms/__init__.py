"""What a person must say: to report, to take each step (`FORMS`), to narrow the desk's list, to unmask a reporter.

Shape alone. Whether it may be done is for the services, whose refusals the views show in the same place.
"""

from workorders.forms.branches import DispatchForm
from workorders.forms.desk import FilterForm, UnmaskForm
from workorders.forms.field import AgainForm, AnnouncedForm, DoneForm, FieldReportForm, SentForm
from workorders.forms.fields import Pictures, SeveralFiles, several_files
from workorders.forms.report import ReportForm
from workorders.forms.step import NoteForm, StepForm
from workorders.forms.steps import FORMS

__all__ = [
    "FORMS", "AgainForm", "AnnouncedForm", "DispatchForm", "DoneForm", "FieldReportForm", "FilterForm", "NoteForm",
    "Pictures", "ReportForm", "SentForm", "SeveralFiles", "StepForm", "UnmaskForm", "several_files",
]  # fmt: skip
