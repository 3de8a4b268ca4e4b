"""The WSGI door: ordinary HTTP when Monty runs spread out (docs/operations.md)."""

import os
import signal
import threading

from django.core.wsgi import get_wsgi_application
from servestatic import ServeStatic

from monty import telemetry

# A worker of granian loads this with its parent's handler, which swallows SIGTERM: asked to leave now, it would stay
# for ever, and its parent with it. It serves nobody yet, so it may just go; granian sets its own handler afterwards.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monty.settings")
# It adds to the middleware, so it comes first.
telemetry.start()
django = get_wsgi_application()

from monty.settling import settle  # noqa: E402  (settings must be loaded first)
from monty.static import with_static_files  # noqa: E402

application = with_static_files(ServeStatic, django)
settle()
