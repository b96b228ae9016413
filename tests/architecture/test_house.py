"""The house rules that a machine can keep (docs: the layers, one door, names, sizes)."""

import ast
import inspect
import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models

from casework.lifecycle import all_lifecycles
from casework.models import Case
from config.celery import app as celery
from tests.architecture.sources import (
    ROOT,
    Source,
    all_python,
    calls,
    enclosing,
    functions,
    length,
    modules,
    our_apps,
    templates,
)

# The door, and the same door for many cases at once.
MAY_WRITE_STATUS = {
    "casework/services/doors.py": {"open_case", "take_step", "take_back"},
}


def test_only_the_door_assigns_the_status_of_a_case():
    found = [
        source.at(node)
        for source in modules()
        for node in _writes_of_status(source.tree)
        if enclosing(source.tree, node) not in MAY_WRITE_STATUS.get(source.name, set())
    ]
    assert found == []


def _writes_of_status(tree: ast.AST) -> list[ast.AST]:
    nodes = list(ast.walk(tree))
    assigned = [node for node in nodes if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)]
    targets = [
        target
        for node in assigned
        for one in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for target in (one.elts if isinstance(one, ast.Tuple) else [one])
    ]
    direct = [target for target in targets if isinstance(target, ast.Attribute) and target.attr == "status"]
    updated = [call for call in calls(tree, "update") if any(word.arg == "status" for word in call.keywords)]
    by_name = [call for call in calls(tree, "setattr") if len(call.args) > 1 and _is(call.args[1], "status")]
    bulk = [call for call in calls(tree, "bulk_update") if any(_is(node, "status") for node in ast.walk(call))]
    return [*direct, *updated, *by_name, *bulk]


def _is(node: ast.AST, text: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == text


def test_no_sql_of_ours_writes_the_status_of_a_case():
    writes = re.compile(r"update\s+casework_case\b[^;]*?\bset\b[^;]*?\bstatus\s*=", re.IGNORECASE)
    assert [source.name for source in modules() if writes.search(source.text)] == []


def test_every_scheduled_task_exists_and_takes_no_arguments():
    celery.loader.import_default_modules()
    assert settings.CELERY_BEAT_SCHEDULE
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        task = celery.tasks[entry["task"]]
        assert not inspect.signature(task.run).parameters, entry["task"]
        assert not entry.get("args"), entry["task"]
        assert not entry.get("kwargs"), entry["task"]


def test_every_task_is_one_line_without_arguments_and_is_scheduled():
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    for source in modules():
        if source.layer != "tasks":
            continue
        for function in functions(source.tree):
            assert not ast.unparse(function.args), source.at(function)
            assert length(function) == 1, source.at(function)
            assert f"{source.app}.tasks.{function.name}" in scheduled, source.at(function)


def test_nothing_imports_tasks():
    found = [
        source.at(node)
        for source in modules()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom | ast.Import) and "tasks" in re.split(r"[.\s,]+", ast.unparse(node))
    ]
    assert found == []


def test_every_crontab_names_its_minute():
    for source in all_python():
        for call in calls(source.tree, "crontab"):
            named = call.args or any(word.arg == "minute" for word in call.keywords)
            assert named, f"{source.at(call)}: without a minute it runs sixty times an hour"


@pytest.mark.parametrize("life", list(all_lifecycles()), ids=lambda life: life.kind)
def test_every_step_of_a_lifecycle_is_a_service_and_every_service_says_who(life):
    [model] = [model for model in apps.get_models() if issubclass(model, Case) and model._meta.model_name == life.kind]
    steps = _steps_of(model._meta.app_config.name, life.kind)
    assert set(steps) == set(life.by_name)
    for name, service in steps.items():
        by = inspect.signature(service).parameters.get("by")
        assert by is not None, name
        assert by.kind is inspect.Parameter.KEYWORD_ONLY, name


def _steps_of(app: str, kind: str) -> dict:
    """`STEPS`, or where an app has several kinds of case the table that bears the kind's name."""
    tables: dict = {}
    for source in modules():
        if source.app == app and source.layer == "services":
            name = ".".join(source.path.relative_to(ROOT).with_suffix("").parts)
            module = import_module(name)
            tables |= getattr(module, f"{kind.upper()}_STEPS", None) or getattr(module, "STEPS", {})
    return tables


def test_no_module_is_longer_than_400_lines():
    long = {source.name: len(source.text.splitlines()) for source in all_python()}
    assert {name: lines for name, lines in long.items() if lines > 400} == {}


def test_no_function_is_longer_than_30_lines_and_no_view_longer_than_15():
    found = [
        f"{source.at(function)} {function.name}: {length(function)}"
        for source in modules()
        for function in functions(source.tree)
        if length(function) > (15 if source.layer in ("views", "api") else 30)
    ]
    assert found == []


def test_migrations_are_complete(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# Words of names that say nothing (architecture §11), by themselves or as a part of a longer name.
BANNED = {"util", "utils", "helper", "helpers", "manager", "common", "core", "misc", "info", "process", "handle_data"}
# Names that a library gives and expects.
GIVEN = {"process_exception", "process_view", "process_request", "process_response"}


def test_no_name_says_util_helper_manager_or_info():
    found = [
        f"{source.at(node)} {name}"
        for source in modules()
        for node, name in _names(source)
        if name not in GIVEN and BANNED & {name, *_words(name)}
    ]
    files = [source.name for source in all_python() if BANNED & _words(source.path.stem)]
    assert found + files == []


def _names(source: Source) -> list[tuple[ast.AST, str]]:
    inside = [(node, node.name) for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    path = [(source.tree, part) for part in source.path.relative_to(ROOT).with_suffix("").parts]
    return inside + path


def _words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def test_nothing_is_imported_late():
    found = [
        source.at(node)
        for source in modules()
        for function in functions(source.tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and not (source.layer == "apps" and function.name == "ready")
    ]
    assert found == []


def test_every_model_has_its_sentence():
    silent = [
        f"{source.at(node)} {node.name}"
        for source in modules()
        if source.layer == "models"
        for node in source.tree.body
        if isinstance(node, ast.ClassDef) and not ast.get_docstring(node) and _is_model(source, node)
    ]
    assert silent == []


def _is_model(source: Source, node: ast.ClassDef) -> bool:
    module = import_module(".".join(source.path.relative_to(ROOT).with_suffix("").parts))
    return issubclass(getattr(module, node.name), models.Model)


def test_every_public_service_and_selector_has_its_sentence():
    silent = [
        f"{source.at(node)} {node.name}"
        for source in modules()
        if source.layer in ("services", "selectors")
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_module_says_what_it_is_for():
    empty = [source.name for source in modules() if source.text.strip() and not ast.get_docstring(source.tree)]
    assert empty == []


def test_the_map_does_not_drag_in_gdal():
    probe = (
        "import django, sys; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns; "
        "print([name for name in ('leaflet.forms', 'osgeo', 'django.contrib.gis.gdal') if name in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, env=_env(), capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


def _env() -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}


# Each is refused by the strict policy in a browser; here it is refused earlier.
FORBIDDEN_IN_TEMPLATES = {
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "an inline script": r"<script\b(?![^>]*(\bsrc=|type=\"application/json\"))",
    "an event attribute": r"<[^>]*\son[a-z]+\s*=\s*[\"']",
    "a script address": r"javascript:",
    "script in htmx": r"\bhx-on|hx-vals\s*=\s*[\"']js:",
    "text taken as safe": r"\|\s*safe\b|\bautoescape off",
}


# Django's own help for passwords is a list of HTML; no word of a reader ever stands in a field's help.
TAKEN_AS_SAFE = "{{ field.help_text|safe }}"


@pytest.mark.parametrize("what", FORBIDDEN_IN_TEMPLATES)
def test_no_template_holds(what):
    pattern = re.compile(FORBIDDEN_IN_TEMPLATES[what], re.IGNORECASE)
    assert [name for name, text in templates() if pattern.search(text.replace(TAKEN_AS_SAFE, ""))] == []


CASES = {model.__name__ for model in apps.get_models() if issubclass(model, Case)}
EDGES = ("views", "api", "admin", "forms", "serializers", "templatetags")


def test_edges_reach_cases_through_visible_to_alone():
    """Pages and API ask `Case.objects.visible_to(user)`, or `.none()`, and nothing else of the table."""
    found = [
        source.at(node)
        for source in modules()
        if source.layer in EDGES
        for node in ast.walk(source.tree)
        if _is_manager(node) and not _followed_by(source.tree, node, {"visible_to", "none"})
    ]
    assert found == []


def test_edges_look_up_no_case_by_its_class():
    found = [
        source.at(call)
        for source in modules()
        if source.layer in EDGES
        for name in ("get_object_or_404", "get_list_or_404")
        for call in calls(source.tree, name)
        if call.args and getattr(call.args[0], "id", "") in CASES
    ]
    assert found == []


def _is_manager(node: ast.AST) -> bool:
    named = isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager")
    return named and getattr(node.value, "id", "") in CASES


def _followed_by(tree: ast.AST, manager: ast.AST, allowed: set[str]) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.value is manager and node.attr in allowed for node in ast.walk(tree)
    )


def test_the_layers_of_the_house_hold():
    program = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert program, "import-linter belongs to the test lock"
    told = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-3000:]


def test_the_layers_name_every_app_of_the_house():
    """An app that import-linter does not know may import what it likes."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    roots = re.search(r"root_packages = \[(.*?)\]", text, re.DOTALL)
    assert roots
    assert set(our_apps()) <= set(re.findall(r'"(\w+)"', roots.group(1)))


def test_words_of_the_workshop_stand_nowhere():
    """No path of a builder's machine and no registry's address in what a city reads."""
    places = re.compile(r"/work/|/root/|files\.pythonhosted\.org")
    found = [source.name for source in all_python() if places.search(source.text) and source.path != Path(__file__)]
    assert found == []


def test_statuses_are_reached_in_the_order_in_which_they_are_listed():
    """The table is read from top to bottom: the straight line of main steps leads down it to an end."""
    for life in all_lifecycles():
        line = [life.opening]
        while ahead := [step.to for step in life.leaving(line[-1]) if step.main and step.to]:
            assert ahead[0] not in line, life.kind
            line.append(ahead[0])
        places = [list(life.statuses).index(status) for status in line]
        assert places == sorted(places), life.kind
        assert line[-1] in life.final, life.kind
