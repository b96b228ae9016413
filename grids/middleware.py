"""What a person may is read once a request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from grids.jurisdiction import rights_kept


class KeepRights:
    """Reads each person's rights once while a request is answered (`jurisdiction.rights_kept`)."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]):
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with rights_kept():
            return self.answer(request)
