"""Our own Python and templates as the house rules read them: files, syntax trees, functions."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {"var", ".venv", "node_modules", ".git", "third_party"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One module: where it stands and what it says."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def app(self) -> str:
        return self.path.relative_to(ROOT).parts[0]

    @property
    def layer(self) -> str:
        """What the module is in its app: `views` for views.py and for views/orders.py."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return parts[1] if len(parts) > 1 else parts[0]

    def at(self, node: ast.AST) -> str:
        return f"{self.name}:{getattr(node, 'lineno', 0)}"


def our_apps() -> list[str]:
    """The apps of the house, as the settings list them."""
    return [app.name for app in apps.get_app_configs() if Path(app.path).resolve().parent == ROOT]


@cache
def modules() -> tuple[Source, ...]:
    """Every module of the apps; migrations are written by Django and left out."""
    files = [file for app in our_apps() for file in sorted((ROOT / app).rglob("*.py"))]
    return tuple(read(file) for file in files if "migrations" not in file.parts)


@cache
def all_python() -> tuple[Source, ...]:
    """The apps, the set-up, the bench, the tests: all that a person maintains."""
    files = [file for file in sorted(ROOT.rglob("*.py")) if not NOT_OURS & set(file.relative_to(ROOT).parts)]
    return tuple(read(file) for file in files if "migrations" not in file.parts)


@cache
def templates() -> tuple[tuple[str, str], ...]:
    """Every template with its text."""
    files = sorted((ROOT / "templates").rglob("*.html"))
    return tuple((file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")) for file in files)


def read(file: Path) -> Source:
    text = file.read_text(encoding="utf-8")
    return Source(file, text, ast.parse(text))


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def length(function: Function) -> int:
    """Lines of a function without its decorators, its signature and its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    """Calls of a function or a method by its last name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if getattr(called, "attr", getattr(called, "id", "")) == name:
                yield node


def enclosing(tree: ast.AST, inner: ast.AST) -> str:
    """The name of the innermost function around a node; empty on a module's own level."""
    around = [f for f in functions(tree) if f.lineno <= inner.lineno <= (f.end_lineno or 0)]  # type: ignore[attr-defined]
    return max(around, key=lambda f: f.lineno).name if around else ""
