"""年度目标: safety is deployed, checked, scored and rewarded as the economy is, and nothing changes once it is scored."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ProtectedError
from django.urls import reverse

from assessment.models import TargetCheck, TargetPlan, TargetUnit
from assessment.selectors import targets as select
from assessment.services import targets
from assessment.services.printing import printed
from casework.refusals import NotFound, NotNow, NotYours
from grids.models import Area
from tests.assessment.test_papers import READ

pytestmark = [pytest.mark.django_db, pytest.mark.mechanism("4-48")]
LINES = (("economy", 50, "招商引资落地 3 个项目"), ("safety", 30, "全年无亡人事故"), ("order", 20, "刑事警情下降"))


@pytest.fixture
def street(city):
    return Area.objects.get(city=city, parent=None)


@pytest.fixture
def make(cast, street, sanitation, city, clock):
    """`make()`: a plan of three targets for two units; fields may be changed."""
    housing = city.departments.get(code="housing")

    def plan(**changes) -> TargetPlan:
        fields = {
            "by": cast.director,
            "area": street,
            "year": 2026,
            "title": "2026 年目标",
            "targets": LINES,
            "departments": [sanitation, housing],
        }
        return targets.make_plan(**{**fields, **changes})

    return plan


def units_of(plan):
    return {unit.department.code: unit for unit in plan.units.select_related("department")}


def check(plan, unit, place, mark, by, **fields):
    return targets.record_check(
        unit, by=by, target=plan.targets.get(place=place), mark=mark, finding="看了现场。", **fields
    )


def test_every_target_is_every_units_alike(make):
    plan = make()
    stand = select.stand_of(plan)
    assert len(stand.units) == 2
    assert {tuple(each.target.pk for each in row.stands) for row in stand.units} == {
        tuple(target.pk for target in stand.targets)
    }


@pytest.mark.parametrize(
    "lines",
    [
        (("economy", 100, "增长"),),  # safety is not among them
        (("economy", 95, "增长"), ("safety", 5, "安全")),
        (("economy", 50, "增长"), ("safety", 40, "安全")),
        (("gold", 50, "增长"), ("safety", 50, "安全")),
        (("economy", 0, "增长"), ("safety", 100, "安全")),
        (("economy", 50, " "), ("safety", 50, "安全")),
        (),
    ],
)
def test_a_plan_without_safety_or_without_a_sound_hundred_is_refused(make, lines):
    with pytest.raises(ValidationError) as refused:
        make(targets=lines)
    assert "targets" in refused.value.message_dict
    assert not TargetPlan.objects.exists()


def test_a_plan_needs_units_and_a_title_of_its_own(make):
    make()
    for change, field in (
        ({"departments": []}, "departments"),
        ({}, "title"),
        ({"title": " "}, "title"),
        ({"year": 1999}, "year"),
    ):
        with pytest.raises(ValidationError) as refused:
            make(**change)
        assert field in refused.value.message_dict


def test_the_score_is_the_weighted_mean_of_the_marks_and_what_nobody_looked_at_weighs_nothing(make, cast):
    plan = make()
    unit = units_of(plan)["sanitation"]
    for place, mark in ((1, 80), (1, 90), (2, 60)):
        check(plan, unit, place, mark, cast.duty_chief)
    row = next(row for row in select.stand_of(plan).units if row.unit == unit)
    assert row.checked == 2
    # (50 × 85 + 30 × 60) ÷ 80
    assert row.score == pytest.approx(75.625)
    assert next(row for row in select.stand_of(plan).units if row.unit != unit).score is None


def test_once_the_year_is_scored_nothing_of_it_changes(make, cast):
    plan = make()
    unit = units_of(plan)["sanitation"]
    check(plan, unit, 2, 70, cast.duty_chief)
    targets.score_year(plan, by=cast.secretary)
    unit.refresh_from_db()
    assert unit.score == pytest.approx(70)
    with pytest.raises(NotNow):
        check(plan, unit, 2, 100, cast.duty_chief)
    with pytest.raises(NotNow):
        targets.score_year(plan, by=cast.secretary)
    assert not select.may_check(cast.duty_chief, select.plan_seen_by(cast.duty_chief, plan.key))


def test_rewards_come_after_the_score_by_people_with_words_and_once(make, cast):
    plan = make()
    unit = units_of(plan)["sanitation"]
    with pytest.raises(NotNow):
        targets.reward_unit(unit, by=cast.director, reward="reward", words="成绩突出。")
    targets.score_year(plan, by=cast.director)
    with pytest.raises(PermissionDenied):
        targets.reward_unit(unit, by=cast.duty_chief, reward="reward", words="成绩突出。")
    for said in ({"reward": "gold", "words": "x"}, {"reward": "reward", "words": ""}):
        with pytest.raises(ValidationError):
            targets.reward_unit(unit, by=cast.director, **said)
    targets.reward_unit(unit, by=cast.director, reward="reward", words="成绩突出。")
    with pytest.raises(NotNow):
        targets.reward_unit(unit, by=cast.secretary, reward="penalty", words="改判。")
    unit.refresh_from_db()
    assert (unit.reward, unit.rewarded_by) == (TargetUnit.Reward.REWARD, cast.director)


def test_nobody_checks_his_own_unit_and_only_the_team_and_the_street_check(make, cast):
    plan = make()
    unit = units_of(plan)["sanitation"]
    for person in (cast.officer, cast.worker, cast.dispatcher):
        with pytest.raises(NotYours):
            check(plan, unit, 1, 100, person)
    assert not TargetCheck.objects.exists()


@pytest.mark.parametrize("mark", [-1, 101, "80", True])
def test_a_mark_is_a_whole_number_of_a_hundred(make, cast, mark):
    plan = make()
    with pytest.raises(ValidationError) as refused:
        check(plan, units_of(plan)["sanitation"], 1, mark, cast.duty_chief)
    assert "mark" in refused.value.message_dict


def test_a_target_of_another_plan_is_refused(make, cast):
    plan, other = make(), make(title="另一份")
    with pytest.raises(ValidationError):
        targets.record_check(
            units_of(plan)["sanitation"], by=cast.duty_chief, target=other.targets.first(), mark=5, finding="x"
        )


def test_a_department_sees_its_own_row_and_its_own_photos_alone(make, cast, picture, client):
    plan = make()
    made = {code: check(plan, unit, 2, 60, cast.duty_chief, photo=picture) for code, unit in units_of(plan).items()}
    assert [row.unit.department.code for row in select.stand_of(plan, cast.officer).units] == ["sanitation"]
    client.force_login(cast.officer)
    page = client.get(reverse("target_plan", args=[plan.key])).content.decode()
    assert reverse("target_photo", args=[made["sanitation"].key]) in page
    assert "住建办" not in page
    photo = client.get(reverse("target_photo", args=[made["sanitation"].key]))
    assert b"".join(photo.streaming_content).startswith(b"\xff\xd8")
    assert client.get(reverse("target_photo", args=[made["housing"].key])).status_code == 404
    with pytest.raises(NotFound):
        select.plan_seen_by(cast.worker, plan.key)


def test_the_sheet_says_the_same_on_paper_and_in_the_spreadsheet(make, cast):
    plan = make()
    unit = units_of(plan)["sanitation"]
    check(plan, unit, 1, 83, cast.duty_chief)
    check(plan, unit, 2, 61, cast.duty_chief)
    targets.score_year(plan, by=cast.director)
    targets.reward_unit(unit, by=cast.director, reward="penalty", words="安全不过关。")
    document = select.sheet_of(select.plan_seen_by(cast.director, plan.key), cast.director)
    unit.refresh_from_db()
    for form, read in READ.items():
        words = read(printed(document, form).content)
        for told in ("全年无亡人事故", "看了现场。", "环卫所", f"{unit.score:.2f}", "41.50", "18.30", "2/3"):
            assert told in words, (form, told)


def test_the_pages_go_all_the_way_from_a_plan_to_a_reward(client, cast, street, sanitation, upload, clock):
    client.force_login(cast.director)
    sent = {
        "area": street.pk,
        "year": 2026,
        "title": "目标",
        "targets": "经济 60 增长\n安全 40 无事故",
        "departments": [sanitation.pk],
    }
    assert client.post(reverse("targets"), {**sent, "targets": "经济 六十 增长"}).status_code == 422
    answer = client.post(reverse("targets"), {**sent, "targets": "economy 60 增长\nsafety 40 无事故"})
    assert answer.status_code == 302
    plan = TargetPlan.objects.get()
    unit, target = plan.units.get(), plan.targets.get(place=2)
    step = reverse("target_step", args=[plan.key, unit.pk, "check"])
    said = {"target": target.pk, "mark": 90, "finding": "无隐患。"}
    assert client.post(step, {**said, "mark": 900}).status_code == 422
    assert client.post(step, {**said, "photo": upload(content=b"no picture")}).status_code == 422
    assert client.post(step, {**said, "photo": upload()}).status_code == 302
    assert TargetCheck.objects.get().photo
    assert client.post(reverse("score_targets", args=[plan.key])).status_code == 302
    reward = reverse("target_step", args=[plan.key, unit.pk, "reward"])
    assert client.post(reward, {"reward": "reward", "words": "好。"}).status_code == 302
    page = client.get(reverse("target_plan", args=[plan.key])).content.decode()
    assert "90.00" in page
    assert "无隐患。" in page
    assert client.get(reverse("target_sheet", args=[plan.key, "xlsx"])).status_code == 200
    assert client.post(reverse("target_step", args=[plan.key, unit.pk, "fly"])).status_code == 404
    client.force_login(cast.worker)
    assert client.post(reverse("targets"), sent).status_code == 403


def test_a_target_that_was_checked_cannot_vanish(make, cast):
    plan = make()
    check(plan, units_of(plan)["sanitation"], 1, 80, cast.duty_chief)
    with pytest.raises(ProtectedError):
        plan.targets.get(place=1).delete()
