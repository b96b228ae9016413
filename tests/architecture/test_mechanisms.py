from tests.architecture.mechanisms import Mechanism, without_passing_test

FIRST = Mechanism("0-1", "grids", "leading group", "")
SECOND = Mechanism("2-22", "patrols+insight", "second whistle", "")


def test_a_mechanism_without_a_passing_test_is_missing():
    assert without_passing_test([FIRST, SECOND], passed={"0-1"}, broken=set()) == [SECOND]


def test_one_failing_test_is_enough_to_doubt_a_mechanism():
    assert without_passing_test([FIRST], passed={"0-1"}, broken={"0-1"}) == [FIRST]


def test_a_mechanism_of_two_apps_belongs_to_both():
    assert SECOND.belongs_to("patrols")
    assert SECOND.belongs_to("insight")
    assert not SECOND.belongs_to("grids")
