"""Supervised cases and notices through the API, and the description of what the steps ask for."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.services.sweep import sweep_deadlines
from tests.whistle.asking import NOTICES, SUPERVISIONS, as_, of, sentence_of
from tests.whistle.conftest import staff, summons, verbs
from whistle.forms import FORMS, BlowForm
from whistle.lifecycle import SUPERVISION, WHISTLE
from whistle.models import Notice, Supervision
from whistle.serializers import SupervisionStepSay, WhistleSay, WhistleStepSay
from whistle.services.steps import STEPS
from whistle.services.supervisions import supervise

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


# --- supervised cases ------------------------------------------------------------------------------------------------
@pytest.fixture
def supervision(blow, clock):
    """The supervised case of a whistle that the gardeners missed."""
    whistle = blow()
    clock.pass_(minutes=30, sweep=False)
    supervise(whistle, reason="not_there", department=summons(whistle, "parks").department)
    return Supervision.objects.get(followed=whistle)


@pytest.mark.mechanism("2-18")
def test_the_sweep_puts_a_missed_whistle_before_the_office(cast, blow, clock):
    whistle = blow()
    clock.pass_(hours=1)
    [row] = as_(cast.supervisor).get(SUPERVISIONS).data["results"]
    assert (row["followed"], row["reason"]["code"]) == (whistle.number, "not_there")
    assert as_(cast.supervisor).get(of(whistle)).data["supervision"] == row["number"]
    sweep_deadlines()
    assert len(as_(cast.supervisor).get(SUPERVISIONS).data["results"]) == 1


def test_a_supervised_case_goes_its_line(cast, supervision):
    office, unit = as_(cast.supervisor), as_(staff("parks"))
    assert [step["name"] for step in unit.get(of(supervision)).data["available_steps"]] == ["answer"]
    demanded = office.post(
        of(supervision, "demand"), {"department": "sanitation", "words": "说明原因。"}, format="json"
    )
    assert demanded.status_code == 200, demanded.data
    answered = unit.post(of(supervision, "answer"), {"words": "车辆故障。"}, format="json")
    assert [row["words"] for row in answered.data["statements"]] == ["车辆故障。", None]
    early = office.post(of(supervision, "conclude"), {"words": "已到位。"}, format="json")
    assert (early.status_code, "still runs" in sentence_of(early)) == (409, True)
    STEPS["withdraw"](supervision.followed, by=cast.secretary, reason="已解决。")
    concluded = office.post(of(supervision, "conclude"), {"words": "已到位。"}, format="json")
    assert (concluded.status_code, concluded.data["status"]["code"]) == (200, "concluded")


@pytest.mark.parametrize(
    ("step", "person", "said", "fields"),
    [
        ("demand", "supervisor", {"department": "police"}, {"department", "words"}),
        ("answer", "parks", {}, {"words"}),
        ("conclude", "supervisor", {"words": ""}, {"words"}),
    ],
)
def test_a_step_of_a_supervised_case_is_refused_to_others_and_where_something_is_missing(
    cast, supervision, step, person, said, fields
):
    actor = staff("parks") if person == "parks" else cast.supervisor
    refused = as_(actor).post(of(supervision, step), said, format="json")
    assert (refused.status_code, set(refused.data["fields"])) == (400, fields)
    assert as_(cast.worker).post(of(supervision, step), said, format="json").status_code == 403
    assert as_(cast.outsider).post(of(supervision, step), said, format="json").status_code == 404
    assert as_(cast.supervisor).post(of(supervision, "take_up")).status_code == 403
    assert verbs(supervision) == ["supervision_opened", "lateness_taken_up"]


def test_a_statement_is_read_by_the_office_the_street_and_its_own_unit(cast, supervision):
    as_(staff("parks")).post(of(supervision, "answer"), {"words": "车辆故障。"}, format="json")

    def reads(person) -> str | None:
        return as_(person).get(of(supervision)).data["statements"][0]["words"]

    assert {reads(person) for person in (cast.supervisor, cast.secretary, staff("parks"))} == {"车辆故障。"}
    assert reads(cast.worker) is None
    assert as_(cast.officer).get(of(supervision)).status_code == 404


def test_the_list_of_supervised_cases_costs_the_same_at_one_and_at_three_rows(cast, blow, clock):
    for number in range(3):
        whistle = blow(words=f"第 {number} 处")
        supervise(whistle, reason="not_there", department=summons(whistle, "parks").department)
    costs = []
    for rows in (1, 3):
        with CaptureQueriesContext(connection) as asked:
            assert len(as_(cast.supervisor).get(SUPERVISIONS, {"limit": rows}).data["results"]) == rows
        costs.append(len(asked))
    assert costs[0] == costs[1]


# --- notices ---------------------------------------------------------------------------------------------------------
def test_reading_leaves_one_receipt_and_only_ones_own(cast, blow, clock):
    blow()
    blow(words="另一处")
    gardener, mine = as_(staff("parks")), Notice.objects.filter(user=staff("parks"))
    assert gardener.get(f"{NOTICES}unread/").data == {"unread": 2}
    first = gardener.get(NOTICES).data["results"][0]["key"]
    for _again in range(2):
        assert gardener.post(f"{NOTICES}read/", {"keys": [first]}, format="json").data == {"unread": 1}
    read_at = mine.get(pk=first).read_at
    clock.pass_(minutes=5)
    others = list(Notice.objects.exclude(user=staff("parks")).values_list("pk", flat=True))
    gardener.post(f"{NOTICES}read/", {"keys": [first, *others]}, format="json")
    assert mine.get(pk=first).read_at == read_at
    assert not Notice.objects.filter(pk__in=others, read_at__isnull=False).exists()
    assert gardener.post(f"{NOTICES}read/", {}, format="json").data == {"unread": 0}
    assert gardener.post(f"{NOTICES}read/", {"keys": ["x"]}, format="json").status_code == 400


def test_the_list_of_notices_costs_the_same_at_one_and_at_three_rows(cast, blow):
    for number in range(3):
        blow(words=f"第 {number} 处")
    costs = []
    for rows in (1, 3):
        with CaptureQueriesContext(connection) as asked:
            assert len(as_(staff("parks")).get(NOTICES, {"limit": rows}).data["results"]) == rows
        costs.append(len(asked))
    assert costs[0] == costs[1]


# --- the description -------------------------------------------------------------------------------------------------
def test_the_description_names_exactly_the_fields_of_the_forms():
    for say, life in ((WhistleStepSay, WHISTLE), (SupervisionStepSay, SUPERVISION)):
        asked = {name for step in life.by_name for name in FORMS[step].base_fields}
        assert set(say().fields) == {*asked, "seen"}
    assert set(WhistleSay().fields) == {*BlowForm.base_fields, "city"}
