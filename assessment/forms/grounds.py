"""Fields that the forms beside the boards share: an area where the person may, a month, one photo."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessment.selectors.grounds import grounds_to
from grids.models import Area, City
from workorders.services.photos import read_picture


class AreaField(forms.ModelChoiceField):
    """One of the areas above the grids in which the person may."""

    def __init__(self, **kwargs: Any):
        super().__init__(queryset=Area.objects.none(), label=_("Area"), empty_label=None, **kwargs)

    def offer(self, user: User, permission: str, city: City) -> None:
        self.queryset = grounds_to(user, permission, city)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class MonthField(forms.DateField):
    """A month, as a browser's own field gives it; its first day."""

    def __init__(self, **kwargs: Any):
        widget = forms.DateInput(format="%Y-%m", attrs={"type": "month"})
        super().__init__(widget=widget, input_formats=["%Y-%m", "%Y-%m-%d"], **kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        month: dt.date | None = super().to_python(value)
        if month is not None and not 2000 <= month.year < 2100:
            raise ValidationError(_("This day lies too far away."))
        return month.replace(day=1) if month else None


class OnePicture(forms.FileField):
    """One photo, read and cleaned: what leaves this field is plain JPEG."""

    def __init__(self, **kwargs: Any):
        super().__init__(widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> bytes | None:
        upload = super().clean(data, initial)
        return read_picture(upload) if upload else None
