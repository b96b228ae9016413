"""What makes the phone pages an app of the browser's: the service worker and the manifest. Open to anybody: no row of
the city's is in them, and a browser asks for both without a session.
"""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

WORKER = "js/field/sw.js"
SCRIPTS = "js/field"
FILES = (
    "css/tokens.css",
    "css/phone.css",
    "css/field.css",
    "img/phone.svg",
    "img/favicon.svg",
    "js/menu.js",
    "js/live.js",
)
ICONS = (("img/app-192.png", "192x192"), ("img/app-512.png", "512x512"))


@cache_control(no_cache=True)
@require_safe
def service_worker(request):
    """The service worker with this release's files; a new release is a new worker."""
    return HttpResponse(script(), content_type="text/javascript; charset=utf-8")


@cache_control(max_age=3600)
@require_safe
def manifest(request):
    """The name and the pictures under which a phone puts the pages among its apps."""
    icons = [{"src": static(path), "sizes": size, "type": "image/png"} for path, size in ICONS]
    told = {
        "id": "/home/", "name": _("Gridwhistle"), "short_name": _("Gridwhistle"), "lang": translation.get_language(),
        "start_url": "/home/", "scope": "/", "display": "standalone", "background_color": "#f5f7f9",
        "theme_color": "#0b3a63", "description": _("Patrols and reports, with or without a signal"),
        "icons": [*icons, *({**icon, "purpose": "maskable"} for icon in icons)],
    }  # fmt: skip
    body = json.dumps(told, ensure_ascii=False)
    return HttpResponse(body, content_type="application/manifest+json; charset=utf-8", headers={"Vary": "Cookie"})


service_worker, manifest = login_not_required(service_worker), login_not_required(manifest)


@cache
def script() -> str:
    """The worker behind its three constants; made once, for the files of a release do not change."""
    offline, files = render_to_string("patrols/offline.html"), _files()
    parts = [offline.encode(), *(static(path).encode() + _content(path) for path in (WORKER, *files))]
    release = hashlib.sha256(b"\n".join(parts)).hexdigest()[:12]
    constants = {"RELEASE": release, "FILES": [static(path) for path in files], "OFFLINE": offline}
    told = [f"const {name} = {json.dumps(value, ensure_ascii=False)};" for name, value in constants.items()]
    return "\n".join([*told, _content(WORKER).decode()])


def _files() -> list[str]:
    """The frame's own files, and every script of the phone pages."""
    scripts = sorted(Path(settings.BASE_DIR, "static", SCRIPTS).glob("*.js"))
    return [*FILES, *(f"{SCRIPTS}/{script.name}" for script in scripts if f"{SCRIPTS}/{script.name}" != WORKER)]


def _content(path: str) -> bytes:
    found = finders.find(path)
    return Path(found).read_bytes() if isinstance(found, str) else b""
