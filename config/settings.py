"""Every setting, all of it from environment variables; `docs/operations.md` explains each.

No city's rule stands here: limits, levels and roles are rows of the city's rulebook.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from redis.backoff import NoBackoff
from redis.retry import Retry

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# `EMBEDDED` is set by bin/run and bin/test alone: demo accounts may exist, cookies work over plain http on 127.0.0.1.
EMBEDDED = env.bool("GRIDWHISTLE_EMBEDDED", default=False)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY")
# What seals the registers of people: the first key seals, all open. Empty only on the embedded default.
REGISTER_KEYS = env.list("REGISTER_KEYS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if EMBEDDED else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "accounts",
    "grids",
    "registers",
    "casework",
    "insight",
    "workorders",
    "whistle",
    "patrols",
    "assessment",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "guardian",
    "axes",
    "csp",
    "django_htmx",
    "template_partials",
    "leaflet",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.metrics.CountRequests",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.bounds.Bounds",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.SessionLimits",
    "accounts.middleware.SameHand",
    "grids.middleware.AskOnce",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "casework.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.page",
            ],
        },
    }
]

# --- the truth -------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Lists read little, whatever the planner fears: to compile them, or to start workers for them, took ten times as long
# as to answer them.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off -c max_parallel_workers_per_gather=0")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "config.cache.ForgetfulCache",
        "LOCATION": env("CACHE_URL", default=REDIS_URL),
        # redis-py would try again for seconds, with nobody's page waiting for less.
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "retry": Retry(NoBackoff(), 0)},
    }
}

# --- the alarm clock (docs/adr/0003; measured in the house's notes on brokers) ----------------------------------------
SWEEP_SECONDS = env.int("SWEEP_SECONDS", default=30)
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# For ever: Celery's own hundred tries are over after 46 minutes, and the worker would end with them.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A lost worker's messages come back after `visibility_timeout`; kombu looks on every round only with throttle 1.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "unacked_restore_throttle": 1}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep-deadlines": {
        "task": "casework.tasks.sweep_deadlines",
        "schedule": SWEEP_SECONDS,
        # A sweep that waited longer than this is pointless: the next one finds the same rows.
        "options": {"expires": max(SWEEP_SECONDS, 10)},
    },
    "move-clocks-of-changed-calendars": {
        "task": "casework.tasks.move_clocks_of_changed_calendars",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": max(SWEEP_SECONDS, 10)},
    },
    # Claims lapse and parked orders are taken up again by the clock, not by a duty of anybody's.
    "release-holds": {
        "task": "workorders.tasks.release_holds",
        "schedule": 2 * SWEEP_SECONDS,
        "options": {"expires": max(2 * SWEEP_SECONDS, 10)},
    },
    "resume-parked": {
        "task": "workorders.tasks.resume_parked",
        "schedule": 10 * SWEEP_SECONDS,
        "options": {"expires": max(10 * SWEEP_SECONDS, 10)},
    },
    # Long replays of a draft of the dispatch rules; the page asks every few seconds.
    "run-dry-runs": {"task": "workorders.tasks.run_dry_runs", "schedule": 10, "options": {"expires": 10}},
    "read-imports": {"task": "workorders.tasks.read_imports", "schedule": 5, "options": {"expires": 5}},
    "open-imports": {"task": "workorders.tasks.open_imports", "schedule": 5, "options": {"expires": 5}},
    "forget-imports": {"task": "workorders.tasks.forget_imports", "schedule": 3600, "options": {"expires": 3600}},
    # Receipts for other systems: written from what happened, sent with growing pauses until they are taken.
    "write-receipts": {"task": "workorders.tasks.write_receipts", "schedule": 15, "options": {"expires": 15}},
    "send-receipts": {"task": "workorders.tasks.send_receipts", "schedule": 15, "options": {"expires": 15}},
    "forget-sheets": {"task": "registers.tasks.forget_sheets", "schedule": 3600, "options": {"expires": 3600}},
    "forget-sent": {"task": "workorders.tasks.forget_sent", "schedule": 3600, "options": {"expires": 3600}},
    # What phones sent is remembered for a month: later than that nothing of theirs can come a second time.
    "forget-steps": {"task": "workorders.tasks.forget_steps", "schedule": 3600, "options": {"expires": 3600}},
    "forget-received": {"task": "workorders.tasks.forget_received", "schedule": 3600, "options": {"expires": 3600}},
    "forget-nonces": {"task": "workorders.tasks.forget_nonces", "schedule": 600, "options": {"expires": 600}},
    # Rounds are made at five in the morning of each city; a day that was missed is made when the house is back.
    "make-rounds": {"task": "patrols.tasks.make_rounds", "schedule": 600, "options": {"expires": 600}},
    # Patrols whose end was forgotten, months of the table of track points, and what may be kept no longer.
    "end-forgotten-patrols": {"task": "patrols.tasks.end_forgotten", "schedule": 600, "options": {"expires": 600}},
    "make-months-of-tracks": {"task": "patrols.tasks.make_months", "schedule": 3600, "options": {"expires": 3600}},
    "erase-old-tracks": {"task": "patrols.tasks.erase_old_tracks", "schedule": 3600, "options": {"expires": 3600}},
    # Last month's boards on the first of each city's month; one that was missed is opened when the house is back.
    "open-months": {
        "task": "assessment.tasks.open_months",
        "schedule": 10 * SWEEP_SECONDS,
        "options": {"expires": max(10 * SWEEP_SECONDS, 10)},
    },
    # Entries of the moral boards whose days are over, with the names in them.
    "take-off-moral": {"task": "assessment.tasks.take_off_moral", "schedule": 600, "options": {"expires": 600}},
    # Posts begin and end at their city's midnight, and cities may lie in several zones.
    "renew-grants": {"task": "grids.tasks.renew_grants", "schedule": 600, "options": {"expires": 600}},
}

# --- who signs in ----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "login"
# rules.md 13.8 row 120: ten characters, three of four kinds, none of the last five.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.ThreeKindsOfCharacter"},
    {"NAME": "accounts.passwords.NotOneOfTheLastFive"},
]
PASSWORD_LIVES_DAYS = env.int("PASSWORD_LIVES_DAYS", default=90)
# Row 121: five failures lock an account, and an address, for thirty minutes.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_RESET_ON_SUCCESS = False  # accounts/receivers.py does it, for the account alone
AXES_LOCKOUT_CALLABLE = "accounts.views.locked_out"
# How many proxies of ours stand before the house; without it a lock-out behind one would lock out everybody.
PROXY_COUNT = env.int("PROXY_COUNT", default=0)
AXES_CLIENT_IP_CALLABLE = "accounts.addresses.client_address"
AXES_VERBOSE = False
# Row 122: thirty idle minutes (accounts.middleware renews them); no session outlives a long working day; three at once.
SESSION_COOKIE_AGE = env.int("SESSION_IDLE_SECONDS", default=30 * 60)
SESSION_LONGEST_HOURS = env.int("SESSION_LONGEST_HOURS", default=12)
SESSIONS_AT_ONCE = env.int("SESSIONS_AT_ONCE", default=3)
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
# Grants are read by grids/jurisdiction.py alone, through sets of places, so its backend for single objects stays out.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

# --- transport -------------------------------------------------------------------------------------------------------
SECURE_PLAIN_HTTP = EMBEDDED or DEBUG
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not SECURE_PLAIN_HTTP
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False  # htmx does not read it (the token stands in the page), Django's default is kept
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not SECURE_PLAIN_HTTP)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked from inside, over plain http
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", default=False) else None
SECURE_HSTS_SECONDS = 0 if SECURE_PLAIN_HTTP else env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not SECURE_PLAIN_HTTP
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- the map: our own areas, no outside tile unless a city sets one (天地图: docs/operations.md) --------------------
MAP_TILES_URL = env("MAP_TILES_URL", default="")
MAP_TILES_ATTRIBUTION = env("MAP_TILES_ATTRIBUTION", default="")
LEAFLET_CONFIG = {"TILES": [], "ATTRIBUTION_PREFIX": False, "RESET_VIEW": False}
_tiles = urlsplit(MAP_TILES_URL)
_tile_hosts = [f"{_tiles.scheme}://{_tiles.netloc}"] if MAP_TILES_URL else []

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *_tile_hosts],
        # blob: what was just spoken, to hear it before it is sent.
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- words and hours -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
# The zone of pages alone. Clocks count in the zone of their city, whatever stands here or on the server.
TIME_ZONE = env("TIME_ZONE", default="Asia/Shanghai")

# --- files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media"))
# A folder with the office's own fonts (FangSong_GB2312, FZXiaoBiaoSong …) for printed papers; without it Noto Serif SC.
PAPER_FONTS = env("PAPER_FONTS", default="")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if env.bool("STATIC_HASHED", default=not DEBUG)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
LARGEST_UPLOAD = 80 * 1024 * 1024  # six photos of 12 MB, and the words beside them

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.tokens.Token",
        "rest_framework.authentication.SessionAuthentication",
    ],
    # DRF steps around LoginRequiredMiddleware; this closes that door.
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "config.parsers.FlatJSON",
        "rest_framework.parsers.MultiPartParser",
        "rest_framework.parsers.FormParser",
    ],
    "DEFAULT_PAGINATION_CLASS": "config.paging.Keyset",
    "EXCEPTION_HANDLER": "casework.api.refusal_handler",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"token": "10/min"},
    # Whose address counts: without it any caller could name himself by X-Forwarded-For and never be throttled.
    "NUM_PROXIES": PROXY_COUNT,
    "DATETIME_FORMAT": "iso-8601",
}
# Tokens are kept hashed, live as long as a working day, and at most five to an account: the oldest gives way.
REST_KNOX = {"TOKEN_TTL": timedelta(hours=SESSION_LONGEST_HOURS)}
TOKENS_AT_ONCE = 5
SPECTACULAR_SETTINGS = {
    "TITLE": "Gridwhistle 网格哨",
    "DESCRIPTION": "Work orders, areas and clocks of one city. Errors carry the same sentence as the page.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {"RefusalReason": "workorders.models.WorkOrder.RefusalReason"},
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", default="INFO")},
}
