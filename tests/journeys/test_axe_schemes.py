"""Accessibility of schemes, drafts, sheets of marks and standards in both languages, on a screen and on a phone."""

from __future__ import annotations

import pytest

from assessment.models import Scheme
from assessment.services import schemes
from tests.journeys.test_axe import LANGUAGES, faults

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
READ = ("schemes/", "schemes/workers/1/", "schemes/communities/1/", "standards/", "entries/")
EDITED = ("schemes/workers/2/", "schemes/workers/2/edit/", "schemes/workers/2/what-if/")
LINE = "entries/communities/120106990/2026-10/party/"


@pytest.mark.parametrize("language", LANGUAGES)
def test_schemes_marks_and_standards_are_accessible_for_who_looks_after_them(city, cast, enter, clock, language):
    clock.set(2026, 11, 2, 9, 0)
    schemes.begin_draft(Scheme.objects.get(city=city, code="workers"), by=cast.organiser)
    page = enter(cast.organiser, language=language)
    assert [fault for address in (*READ, *EDITED, LINE) for fault in faults(page, f"/boards/{address}")] == []


def test_what_a_worker_reads_of_them_is_accessible(cast, enter, clock):
    page = enter(cast.worker)
    assert [fault for address in READ for fault in faults(page, f"/boards/{address}")] == []
