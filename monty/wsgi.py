"""The WSGI door: ordinary HTTP when Monty runs spread out (docs/operations.md)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monty.settings")
application = get_wsgi_application()
