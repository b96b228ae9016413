"""Refusals on pages: the same sentence as in the API, on a page with the same status."""

from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from casework.refusals import NotFound, Refusal


class Refusals:
    """Turns a refusal raised by a service into a page that says it and leads back."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, Refusal) or request.path.startswith("/api/"):
            return None
        if isinstance(exception, NotFound):
            return render(request, "404.html", {"reason": exception.sentence}, status=404)
        context = {"reason": exception.sentence, "back_url": self._back(request)}
        return render(request, f"errors/{exception.status}.html", context, status=exception.status)

    @staticmethod
    def _back(request) -> str:
        back = request.headers.get("Referer", "")
        return back if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()) else "/"
