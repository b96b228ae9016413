"""bin/lint: style, types and layers; every check runs, and the worst result counts."""

import subprocess
import sys
import tempfile
from pathlib import Path

from embedded.environment import django_environment
from embedded.refusals import TREE

# import-linter has no module to run, only this function behind its script.
LAYERS = ["-c", "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"]


def main(words: list[str]) -> int:
    fix = "--fix" in words
    checks = [
        ["ruff", "check", *(["--fix"] if fix else []), "."],
        ["ruff", "format", *([] if fix else ["--check"]), "."],
        ["mypy"],
        LAYERS,
    ]
    # mypy reads the settings for its Django plugin; nothing is connected to.
    with tempfile.TemporaryDirectory() as folder:
        env = django_environment("postgres://nobody@127.0.0.1/none", "redis://127.0.0.1:1/0", var=Path(folder))
        return max(run(check, env) for check in checks)


def run(check: list[str], env: dict[str, str]) -> int:
    print(f"— {'import layers' if check is LAYERS else ' '.join(check)}", flush=True)
    words = check if check is LAYERS else ["-m", *check]
    return subprocess.run([sys.executable, *words], cwd=TREE, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
