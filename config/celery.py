"""The alarm clock. Beat wakes tasks, tasks ask the database what is due; no truth lives in the broker."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("gridwhistle")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
