"""Spans of everything that Monty stands on, and nothing in them that a customer wrote."""

from collections.abc import Iterator
from typing import Any

import pytest
import redis
from celery import shared_task
from django.db import connection
from django.test import Client
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from channels_app import http
from channels_app.verdicts import Refused
from monty import telemetry
from tests import make
from tests.services import REDIS_URL, free_port

TEXT = "my card number is four-one-one-one"


@pytest.fixture(scope="module")
def everything() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    telemetry.observe(SimpleSpanProcessor(telemetry.discreet(exporter)))
    yield exporter
    for instrumentor in telemetry.instrumentors():
        instrumentor.uninstrument()


@pytest.fixture
def spans(everything: InMemorySpanExporter) -> Iterator[InMemorySpanExporter]:
    everything.clear()
    yield everything
    assert TEXT not in words(everything)
    assert "four-one-one-one" not in words(everything)


def words(spans: InMemorySpanExporter) -> str:
    return "\n".join(span.to_json() for span in spans.get_finished_spans())


def by(spans: InMemorySpanExporter, library: str) -> list[Any]:
    found = spans.get_finished_spans()
    return [span for span in found if str(getattr(span.instrumentation_scope, "name", "")).endswith(f".{library}")]


def test_nothing_is_followed_unless_there_is_an_address_for_it(monkeypatch):
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    monkeypatch.setattr(telemetry, "observe", lambda _processor: pytest.fail("it began"))
    telemetry.start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    begun: list[Any] = []
    monkeypatch.setattr(telemetry, "observe", begun.append)
    telemetry.start()
    (processor,) = begun
    processor.shutdown()


def test_a_page(spans):
    client = Client()
    assert client.get(f"/healthz?q={TEXT}").status_code == 200
    (span,) = by(spans, "django")
    assert span.name == "GET healthz"
    assert span.attributes["http.status_code"] == 200
    assert DjangoInstrumentor().is_instrumented_by_opentelemetry


@pytest.mark.postgresql
def test_a_query(spans, transactional_db, webchat):
    make.conversation(webchat)
    # What is open already was opened before.
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM conversations_message WHERE text = %s", [TEXT])
    span = by(spans, "psycopg")[-1]
    assert span.attributes["db.statement"] == "SELECT count(*) FROM conversations_message WHERE text = %s"
    connection.close()


@pytest.mark.redis
def test_redis(spans):
    with redis.Redis.from_url(REDIS_URL) as client:
        client.set("monty.telemetry", TEXT, ex=1)
    assert by(spans, "redis")[-1].name == "SET"


def test_a_call_to_a_provider(spans):
    with pytest.raises(Refused):
        http.call("GET", f"http://127.0.0.1:{free_port()}/me?access_token=four-one-one-one&q={TEXT}")
    (span,) = by(spans, "httpx")
    assert span.attributes["http.url"].endswith("/me")


@shared_task
def breaks_with(text: str) -> None:
    raise RuntimeError(text)


def test_a_task_that_fails(spans):
    breaks_with.apply(args=[TEXT])
    (span,) = by(spans, "celery")
    assert span.attributes["celery.task_name"].endswith("breaks_with")
    (event,) = span.events
    assert event.attributes["exception.type"] == "RuntimeError"
    assert not span.status.is_ok
