import os
import signal

from embedded import processes
from embedded.instance import running
from embedded.postgres import Postgres
from embedded.state import State


def test_the_house_opens_survives_a_killed_web_server_and_leaves_nothing_behind(house):
    house.start()
    house.wait_until_ready()
    assert house.answers()
    assert house.told() == [
        "migrate", "collectstatic", "load_city", "demo_accounts", "simulate", "simulate_whistles",
        "simulate_registers", "simulate_patrols", "simulate_assessments",
    ]  # fmt: skip
    assert "he  long-enough  Dispatcher" in house.said()

    killed = web_servers(house)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    house.wait_for(lambda: not house.answers())
    house.wait_for(house.answers)
    assert "web has ended by itself; it is started again" in house.said()
    assert killed.isdisjoint(web_servers(house))

    assert house.stop() == 0
    assert house.left_over() == []


def web_servers(house) -> set[int]:
    return {pid for pid in house.left_over() if "gunicorn" in processes.words_of(pid)}


def test_a_second_start_does_nothing_twice_and_a_third_beside_it_is_refused(house):
    house.start()
    house.wait_until_ready()
    sentence = house.refusal()
    assert f"http://127.0.0.1:{house.port}/" in sentence
    assert "stop it first" in sentence
    assert house.stop(signal.SIGTERM) == 0

    before = house.told()
    house.start()
    house.wait_until_ready()
    assert house.told() == before
    assert "long-enough" in house.said()


def test_a_set_up_killed_before_the_site_opened_is_begun_again(house):
    house.slow("load_city")
    house.start()
    house.wait_for(lambda: "load_city" in house.told())
    house.stop(signal.SIGKILL)
    house.wait_for(lambda: house.left_over() == [])
    assert running(house.tree / "var") is None

    house.slow("load_city", False)
    house.start()
    house.wait_until_ready()
    assert "begun again" in house.said()
    assert house.told().count("migrate") == 2


def test_a_demo_broken_off_half_way_goes_on_to_the_same_moment(house):
    house.slow("simulate")
    house.start()
    house.wait_for(lambda: "simulate" in house.told())
    assert house.answers()
    assert house.stop() == 0
    first = house.told("simulate ")

    house.slow("simulate", False)
    house.start()
    house.wait_until_ready()
    assert house.told("simulate ") == first * 2
    assert first[0].split()[-1] in house.told("simulate_whistles")[0]
    assert "--until" in first[0]
    assert house.told().count("load_city") == 1


def test_what_people_may_have_entered_is_not_thrown_away_unasked(house):
    state = State(house.tree / "var" / "state.json", opened=True)
    Postgres(house.tree / "var" / "postgres", house.tree / "log").make()
    state.begin("city")
    sentence = house.refusal()
    assert f"remove the folder {house.tree / 'var' / 'postgres'}" in sentence
    assert house.told() == []
