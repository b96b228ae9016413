"""What Django is told by this machine's house: the variables of docs/operations.md, filled for 127.0.0.1."""

import os
import secrets
from pathlib import Path

from embedded.refusals import TREE


def django_environment(database_url: str, redis_url: str, *, var: Path, port: int = 8000) -> dict[str, str]:
    """The caller's own SECRET_KEY and the like are left out: this is not a production."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "GRIDWHISTLE_EMBEDDED": "1",
        "DEBUG": os.environ.get("DEBUG", "0"),
        "SECRET_KEY": secret_key(var),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "CSRF_TRUSTED_ORIGINS": f"http://127.0.0.1:{port},http://localhost:{port}",
        "MEDIA_ROOT": str(var / "media"),
        "STATIC_ROOT": str(var / "static"),
        "PYTHONPATH": str(TREE),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }


def secret_key(var: Path) -> str:
    """Random, kept: sessions outlive a restart."""
    file = var / "secret-key"
    var.mkdir(parents=True, exist_ok=True)
    if not file.exists() or len(file.read_text().strip()) < 50:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as written:
            written.write(secrets.token_urlsafe(60) + "\n")
    return file.read_text().strip()
