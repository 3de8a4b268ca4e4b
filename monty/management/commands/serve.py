"""The whole product in one process: web, sockets, a Celery worker and beat."""

import asyncio
import os
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from celery.beat import Scheduler, Service
from daphne.server import Server
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from channels_app import live
from monty.asgi import application
from monty.celery import app


class Command(BaseCommand):
    help = "Runs Monty in one process, without any service (see docs/operations.md for many processes)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("REDIS_URL is set: run the processes of the Procfile instead of `serve`.")
        background = Background()
        server = Server(
            application,
            endpoints=[f"tcp:port={port}:interface={host}"],
            ready_callable=lambda: self.ready(background, host, port),
            server_name="monty",
            verbosity=0,
        )
        server.run()  # Returns on Ctrl-C or SIGTERM, or at once if the port is taken.
        if server.abort_start:
            self.stderr.write(f"Port {port} on {host} is taken. Choose another one: make run PORT=8001")
        else:
            background.stop()
        sys.stdout.flush()
        sys.stderr.flush()
        # Not sys.exit: CPython may crash collecting the asyncio tasks of sockets that are still open (issue 113566).
        os._exit(1 if server.abort_start else 0)

    def ready(self, background: "Background", host: str, port: int) -> None:
        # Pushes have their way from now on: as long as nobody listens, there is simply nobody to tell.
        live.registry.loop = asyncio.get_event_loop()
        background.start()
        self.stdout.write(f"Monty is running on http://{host}:{port}/   (Ctrl-C stops it)")


class Background:
    """The worker and beat, each on a thread of this process, with the in-memory broker between them."""

    def __init__(self) -> None:
        self.worker = app.Worker(
            pool="threads",
            concurrency=4,
            quiet=True,
            without_mingle=True,
            without_gossip=True,
            without_heartbeat=True,
        )
        # The plain scheduler: no files in the working folder; after a restart every task is simply due.
        self.beat = Service(app, max_interval=1, scheduler_cls=Scheduler)
        self.threads = [
            threading.Thread(target=self.worker.start, name="worker", daemon=True),
            threading.Thread(target=self.beat.start, name="beat", daemon=True),
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.beat.stop()
        self.worker.stop()
        for thread in self.threads:
            thread.join(10)
