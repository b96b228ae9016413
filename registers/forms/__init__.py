"""What a person must say to the registers. Shape alone; services do the rest."""

from registers.forms.homes import HomeForm
from registers.forms.people import CareForm, CorrectForm, EndCareForm, LookForm, MoveForm, SearchForm, TakeInForm
from registers.forms.sheets import SheetForm

__all__ = [
    "CareForm",
    "CorrectForm",
    "EndCareForm",
    "HomeForm",
    "LookForm",
    "MoveForm",
    "SearchForm",
    "SheetForm",
    "TakeInForm",
]
