import json
import os
import socket
import subprocess
import sys

import pytest

from embedded.instance import only_one
from embedded.refusals import Refused, chosen_port, refuse_full_disk, refuse_port_in_use, refuse_unwritable
from embedded.state import State, read_state


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1", "８０００", "80 00"])
def test_a_port_that_is_no_port_is_refused(text):
    with pytest.raises(Refused, match="is not a port"):
        chosen_port({"PORT": text})


def test_without_a_choice_the_port_is_8000():
    assert chosen_port({}) == chosen_port({"PORT": ""}) == 8000


def test_a_port_in_use_is_refused_with_another_to_try():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refused, match=rf"Port {port} is in use: choose another, PORT="):
            refuse_port_in_use(port)
    refuse_port_in_use(port)


def test_a_disk_with_too_little_room_is_refused_with_both_figures(tmp_path):
    with pytest.raises(Refused, match=r"Only \d+ MB are free .* at least 1073741824 MB are needed"):
        refuse_full_disk(tmp_path, enough=1024**5)
    refuse_full_disk(tmp_path, enough=1)


def test_a_folder_that_cannot_be_written_to_is_refused_even_to_root(tmp_path):
    with pytest.raises(Refused, match="cannot be written to"):
        refuse_unwritable(type(tmp_path)("/proc/self/var"))
    refuse_unwritable(tmp_path / "not" / "yet" / "there")


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "var").write_text("")
    with pytest.raises(Refused, match="is not a folder"):
        refuse_unwritable(tmp_path / "var")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}', '{"format": 1, "unknown": 2}'])
def test_a_state_that_cannot_be_understood_is_refused_with_the_folder_to_remove(tmp_path, text):
    (tmp_path / "state.json").write_text(text)
    with pytest.raises(Refused, match=f"remove the folder {tmp_path}"):
        read_state(tmp_path)


def test_data_without_a_state_is_refused(tmp_path):
    (tmp_path / "postgres").mkdir()
    with pytest.raises(Refused, match="nobody knows how far"):
        read_state(tmp_path)


def test_a_removed_database_folder_begins_the_set_up_anew(tmp_path):
    state = State(tmp_path / "state.json")
    state.finish("city", "")
    state.open()
    assert read_state(tmp_path) == State(tmp_path / "state.json")


def test_a_finished_stage_is_remembered_with_what_it_was_made_from(tmp_path):
    (tmp_path / "postgres").mkdir()
    state = State(tmp_path / "state.json")
    state.begin("tables")
    assert read_state(tmp_path).begun == "tables"
    state.finish("tables", "mark of today")
    found = read_state(tmp_path)
    assert found.begun is None
    assert found.is_done("tables", "mark of today")
    assert not found.is_done("tables", "mark of tomorrow")
    assert json.loads((tmp_path / "state.json").read_text())["format"] == 1


def test_two_cannot_work_on_one_folder(tmp_path):
    with only_one(tmp_path), pytest.raises(Refused, match="is still starting: stop it first"), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass


def test_before_anything_is_installed_a_taken_port_ends_with_a_sentence_and_code_2():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        env = {"PORT": str(taken.getsockname()[1]), "PATH": os.environ["PATH"]}
        # -S and -I: no installed package is there to be used, as on a machine where nothing is installed yet.
        code = "import sys, runpy; sys.path.insert(0, '.'); runpy.run_module('embedded.preflight', run_name='__main__')"
        asked = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, env=env)
    assert asked.returncode == 2
    assert "is in use" in asked.stderr
    assert "Traceback" not in asked.stderr
