"""OpenTelemetry (the extra `otel`): spans of pages, tasks, queries, Redis and calls to others, sent by OTLP.

Only where `OTEL_EXPORTER_OTLP_ENDPOINT` is set; the other OTEL_* names are those of the standard. What customers wrote
is in no span: no values of queries, nothing behind the ? of an address, no words of exceptions.
"""

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

ADDRESSES = ("http.url", "http.target", "url.full")
# What is asked for, and what an error says.
LEFT_OUT = ("url.query", "exception.message", "exception.stacktrace")


def start() -> None:
    """Once in each process that works, after it has been forked."""
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        observe(BatchSpanProcessor(discreet(OTLPSpanExporter())))


def observe(processor: Any) -> Any:
    """Follow everything that Monty stands on; the provider of the spans."""
    from opentelemetry import trace
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    os.environ.setdefault("OTEL_SERVICE_NAME", "monty")
    provider = TracerProvider(resource=Resource.create())
    provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    for instrumentor in instrumentors():
        instrumentor.instrument(tracer_provider=provider)
    return provider


def instrumentors() -> Iterator[Any]:
    from opentelemetry.instrumentation.celery import CeleryInstrumentor
    from opentelemetry.instrumentation.django import DjangoInstrumentor
    from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
    from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
    from opentelemetry.instrumentation.redis import RedisInstrumentor

    yield DjangoInstrumentor()
    yield CeleryInstrumentor()
    yield PsycopgInstrumentor()
    yield RedisInstrumentor()
    yield HTTPXClientInstrumentor()


def discreet(exporter: "SpanExporter") -> "SpanExporter":
    """An exporter that hands on spans without words."""
    from opentelemetry.sdk.trace.export import SpanExporter

    class Discreet(SpanExporter):
        def export(self, spans: "Sequence[ReadableSpan]") -> "SpanExportResult":
            return exporter.export([silenced(span) for span in spans])

        def shutdown(self) -> None:
            exporter.shutdown()

        def force_flush(self, timeout_millis: int = 30_000) -> bool:
            return exporter.force_flush(timeout_millis)

    return Discreet()


def silenced(span: "ReadableSpan") -> "ReadableSpan":
    from opentelemetry.sdk.trace import Event, ReadableSpan
    from opentelemetry.trace import Status

    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=harmless(span.attributes),
        events=[Event(event.name, harmless(event.attributes), event.timestamp) for event in span.events],
        links=span.links,
        kind=span.kind,
        instrumentation_scope=span.instrumentation_scope,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
    )


def harmless(attributes: Any) -> dict[str, Any]:
    told = {name: value for name, value in (attributes or {}).items() if name not in LEFT_OUT}
    return told | {name: str(told[name]).partition("?")[0] for name in ADDRESSES if name in told}
