"""红黑榜: nobody unchecked, nobody named without consent, nothing for longer than its days, and the log without names."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from assessment.models import MoralEntry
from assessment.selectors import moral as select
from assessment.services import moral
from casework.moment import moved_to
from casework.refusals import NotFound, NotNow, NotYours
from grids.models import Area

pytestmark = [pytest.mark.django_db, pytest.mark.mechanism("3-36")]
NAME = "高山青"
State = MoralEntry.State


@pytest.fixture
def community(city):
    return Area.objects.get(city=city, code="120106990001")


@pytest.fixture
def write(cast, community, clock):
    """`write()`: an entry as the community's secretary writes it; fields may be changed."""

    def make(**changes) -> MoralEntry:
        fields = {
            "by": cast.community, "area": community, "side": "red", "happened_on": dt.date(2026, 10, 8),
            "place": "甲里社区广场", "words": "冒雨为邻居抬病人下楼。", "days": 10, "name": NAME, "consent": "10 月 8 日签字同意书",
        }  # fmt: skip
        return moral.write_entry(**{**fields, **changes})

    return make


@pytest.fixture
def shown(write, cast):
    return moral.check_entry(write(), by=cast.director, good=True, words="有本人签字，无他人信息。")


def test_an_entry_is_seen_by_nobody_before_a_second_person_has_checked_it(write, cast, city, client):
    entry = write()
    assert entry.state == State.WAITING
    assert select.entries_shown(cast.worker, city) == {"red": [], "black": []}
    client.force_login(cast.worker)
    assert NAME not in client.get(reverse("moral")).content.decode()
    moral.check_entry(entry, by=cast.director, good=True, words="有本人签字。")
    assert [row.name for row in select.entries_shown(cast.worker, city)["red"]] == [NAME]
    assert NAME in client.get(reverse("moral")).content.decode()


def test_who_wrote_an_entry_does_not_check_it(write, cast):
    entry = write()
    with pytest.raises(NotYours):
        moral.check_entry(entry, by=cast.community, good=True, words="没问题。")
    entry.refresh_from_db()
    assert entry.state == State.WAITING
    assert not select.may_check(cast.community, entry)
    with pytest.raises(IntegrityError), transaction.atomic():
        MoralEntry.objects.filter(pk=entry.pk).update(state=State.SHOWN, checked_by=cast.community)


def test_who_may_not_look_there_neither_writes_nor_checks(write, cast):
    with pytest.raises(PermissionDenied):
        write(by=cast.worker)
    entry = write()
    with pytest.raises(NotYours):
        moral.check_entry(entry, by=cast.dispatcher, good=True, words="没问题。")
    with pytest.raises(NotFound):
        select.entry_kept_by(cast.dispatcher, entry.key)


def test_a_check_needs_a_sentence(write, cast):
    with pytest.raises(ValidationError) as refused:
        moral.check_entry(write(), by=cast.director, good=True, words="  ")
    assert "words" in refused.value.message_dict


def test_nobody_is_named_for_uncivil_conduct(write):
    with pytest.raises(ValidationError) as refused:
        write(side="black", words="深夜倾倒建筑垃圾。")
    assert "name" in refused.value.message_dict
    entry = write(side="black", words="深夜倾倒建筑垃圾。", name="", consent="")
    with pytest.raises(IntegrityError), transaction.atomic():
        MoralEntry.objects.filter(pk=entry.pk).update(name=NAME, consent="x")


def test_a_good_deed_is_named_only_with_consent_on_record(write):
    with pytest.raises(ValidationError) as refused:
        write(consent="")
    assert "consent" in refused.value.message_dict
    assert write(name="", consent="无人署名").consent == ""


@pytest.mark.parametrize(
    "words",
    [
        "电话 13920781234 可证。",
        "身份证 99010619900307772X。",
        "车牌津A·12345 乱停。",
        "3 号楼 2 单元 301 室。",
        "住 502室。",
    ],
)
def test_what_could_lead_to_somebody_does_not_belong_in_the_words(write, words):
    for field in ("words", "place"):
        with pytest.raises(ValidationError) as refused:
            write(**{field: words})
        assert field in refused.value.message_dict
    assert not MoralEntry.objects.exists()


def test_the_name_stands_in_its_field_alone_so_that_it_can_be_erased(write):
    with pytest.raises(ValidationError):
        write(words=f"{NAME}冒雨抬病人下楼。")


@pytest.mark.parametrize(
    "change",
    [
        {"days": 0},
        {"days": 31},
        {"side": "blue"},
        {"words": " "},
        {"place": ""},
        {"happened_on": dt.date(2026, 10, 10)},
    ],
)
def test_bad_input_is_refused_at_its_field(write, change):
    with pytest.raises(ValidationError) as refused:
        write(**change)
    assert set(refused.value.message_dict) == set(change)


def test_after_its_days_an_entry_is_off_and_its_name_is_gone(shown, cast, city, clock):
    clock.pass_(days=9, sweep=False)
    assert moral.take_off_past() == 0
    clock.pass_(days=1, sweep=False)
    assert select.entries_shown(cast.worker, city)["red"] == []
    assert moral.take_off_past() == 1
    assert moral.take_off_past() == 0
    shown.refresh_from_db()
    assert (shown.state, shown.name, shown.off_by) == (State.TAKEN_OFF, "", None)
    assert shown.consent
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from assessment_moralentry e where e::text like %s", [f"%{NAME}%"])
        assert cursor.fetchone() == (0,)


def test_an_entry_that_the_check_refuses_is_never_shown_and_keeps_no_name(write, cast, city):
    entry = moral.check_entry(write(), by=cast.director, good=False, words="照片里有孩子。")
    assert (entry.state, entry.name) == (State.REFUSED, "")
    assert select.entries_shown(cast.worker, city)["red"] == []
    with pytest.raises(NotNow):
        moral.check_entry(entry, by=cast.director, good=True, words="再看一次。")


def test_an_entry_is_taken_off_early_with_a_reason_and_only_once(shown, cast):
    with pytest.raises(NotYours):
        moral.take_off(shown, by=cast.worker, because="不想看。")
    moral.take_off(shown, by=cast.community, because="本人要求撤下。")
    shown.refresh_from_db()
    assert (shown.state, shown.name, shown.off_by) == (State.TAKEN_OFF, "", cast.community)
    with pytest.raises(NotNow):
        moral.take_off(shown, by=cast.director, because="再撤。")


def test_the_log_keeps_what_was_done_is_searched_by_words_and_holds_no_name(shown, cast, city, write, client):
    moral.take_off(shown, by=cast.community, because="本人要求撤下。")
    write(words="拾金不昧。", place="南门", name="", consent="")
    found = select.log_of(cast.director, city, "抬病人").rows
    assert [row.pk for row in found] == [shown.pk]
    client.force_login(cast.director)
    page = client.get(reverse("moral_log"), {"q": "抬病人"}).content.decode()
    assert "本人要求撤下" in page
    assert "拾金不昧" not in page
    assert NAME not in page
    client.force_login(cast.worker)
    assert client.get(reverse("moral_log")).status_code == 403


def test_another_community_does_not_see_what_waits(write, cast, city):
    write()
    other = type(cast.worker).objects.get(username="community2")
    assert select.entries_waiting(other, city) == []
    assert len(select.entries_waiting(cast.community, city)) == 1


def test_the_page_writes_checks_and_refuses_as_the_services_do(cast, community, client, clock):
    client.force_login(cast.community)
    sent = {
        "area": community.pk,
        "side": "red",
        "happened_on": "2026-10-08",
        "place": "广场",
        "words": "抬病人。",
        "days": 5,
    }
    answer = client.post(reverse("moral"), {**sent, "words": "找 13920781234。"})
    assert answer.status_code == 422
    assert not MoralEntry.objects.exists()
    assert client.post(reverse("moral"), sent).status_code == 302
    entry = MoralEntry.objects.get()
    step = reverse("moral_step", args=[entry.key, "check"])
    assert client.post(step, {"good": "yes", "words": "看过。"}).status_code == 403
    client.force_login(cast.director)
    assert client.post(step, {"good": "yes", "words": ""}).status_code == 422
    assert client.post(step, {"good": "yes", "words": "看过。"}).status_code == 302
    entry.refresh_from_db()
    assert entry.state == State.SHOWN
    client.force_login(cast.worker)
    assert client.post(reverse("moral"), sent).status_code == 403
    assert client.post(step, {"good": "no", "words": "x"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_take_an_entry_off_once(write, cast, clock, city):
    moral.check_entry(write(), by=cast.director, good=True, words="看过。")
    clock.pass_(days=20, sweep=False)
    taken, at = [], clock.now

    def sweep():
        with moved_to(at.astimezone(dt.UTC)):
            taken.append(moral.take_off_past(city))
        connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [0, 0, 1]
