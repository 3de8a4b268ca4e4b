"""The WSGI door: ordinary HTTP when Monty runs spread out (docs/operations.md)."""

import os

from django.core.wsgi import get_wsgi_application
from servestatic import ServeStatic

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monty.settings")
django = get_wsgi_application()

from monty.static import with_static_files  # noqa: E402  (settings must be loaded first)

application = with_static_files(ServeStatic, django)
