"""What a person must say: to blow or to apply for a whistle (`BlowForm`), and to take each step (`FORMS`).

Shape alone. Whether it may be done is for the services, whose refusals `refuse` puts at the fields that asked.
"""

from whistle.forms.blow import BlowForm
from whistle.forms.step import CalledForm, NoteForm, Refusable, StepForm
from whistle.forms.steps import FORMS

__all__ = ["FORMS", "BlowForm", "CalledForm", "NoteForm", "Refusable", "StepForm"]
