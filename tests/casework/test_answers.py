"""Upper apps answer clocks by name: near, missed, or the rung's own."""

from casework.answers import answered_rungs, answers_to, verb_of, when


def test_an_answer_hears_the_outcome_it_asked_for(answers):
    def ring(rung): ...

    def whistle(rung): ...

    when("test.stage", "near")(ring)
    when("test.stage", "missed")(whistle)
    when("test.stage", "missed")(ring)
    when("test.stage", "red_card")(ring)
    assert answers_to("test.stage", "reminder") == [ring]
    assert answers_to("test.stage", "due") == [whistle, ring]
    assert answers_to("test.stage", "red_card") == [ring]
    assert answers_to("test.stage", "press") == answers_to("test.other", "due") == []
    assert "test.stage" in set().union(*answered_rungs().values())


def test_asking_for_answers_registers_none(answers):
    before = answered_rungs()
    answers_to("test.nobody", "due")
    assert answered_rungs() == before


def test_a_registered_answer_stays_callable_by_its_own_name(answers):
    @when("test.stage", "missed")
    def blow(rung):
        return f"blown for {rung}"

    assert blow("x") == "blown for x"


def test_every_rung_has_its_verb():
    rungs = ["reminder", "due", "press", "yellow_card"]
    assert [verb_of(rung) for rung in rungs] == ["deadline_near", "deadline_missed", "press_given", "yellow_card_given"]


def test_the_verbs_that_the_sweep_writes_are_these(case, sanitation, limit, clock):
    from casework.services.clocks import start_clock

    start_clock(case, "workorders.handle", sanitation, limit(1))
    clock.pass_(days=30)
    fired = case.deadlines.get(clock="workorders.handle").rungs.order_by("at", "pk").values_list("name", flat=True)
    written = case.events.filter(facts__has_key="rung").order_by("seq").values_list("verb", flat=True)
    assert list(written) == [verb_of(name) for name in fired]
