"""What every part of a page asks again is read once a request (`once.py`)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from grids.once import asked_once


class AskOnce:
    """Opens the memory of a request, and closes it with the answer."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]):
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with asked_once():
            return self.answer(request)
