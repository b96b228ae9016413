"""What the application server loads: `gunicorn config.wsgi`. It refuses to start with demo accounts in production."""

import os

from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
unfit = [found for found in run_checks(tags=[Tags.security], include_deployment_checks=True) if found.is_serious()]
if unfit:
    raise ImproperlyConfigured("\n".join(f"{error.msg} {error.hint or ''}" for error in unfit))
