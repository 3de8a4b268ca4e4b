"""Whether this process lives, and whether the whole installation can serve: for load balancers and people on call."""

import redis
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from kombu.exceptions import OperationalError

# Written by the beat's own task: its age tells whether beat and a worker are both running.
WORKER_SEEN = "monty.worker-seen"
WORKER_SEEN_FOR = 60


def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"alive": True})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when everything Monty needs answers, else 503; the body names each part."""
    checks = {"database": database(), "push": push(), "broker": broker(), "worker": cache_says_worker()}
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def push() -> bool:
    """The carrier of live events: Redis, or this process itself when embedded."""
    if settings.EMBEDDED:
        return True
    try:
        return bool(redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1).ping())
    except redis.RedisError:
        return False


def broker() -> bool:
    try:
        with current_app.connection_for_write(connect_timeout=1) as link:
            link.ensure_connection(max_retries=1, timeout=1)
    except (OperationalError, OSError):
        return False
    return True


def cache_says_worker() -> bool:
    try:
        return cache.get(WORKER_SEEN) is not None
    except redis.RedisError:
        return False
