"""Unhandled errors go to Sentry when there is an address for them (the extra `sentry`): where, and of which kind.

What an error says, what was asked for, and by whom stays here: all that may quote a customer.
"""

from typing import Any

from monty import correlation


def report_errors_to(dsn: str, **options: Any) -> None:
    """Begin to report. "" reports nothing."""
    if dsn:
        import sentry_sdk

        sentry_sdk.init(
            dsn=dsn,
            max_request_body_size="never",
            include_local_variables=False,
            max_breadcrumbs=0,
            before_send=discreet,
            **options,
        )


# What of an event leaves as it is.
KEPT = {"event_id", "timestamp", "platform", "level", "logger", "transaction", "release", "environment", "server_name"}
KEPT |= {"sdk", "modules", "exception", "contexts"}


def discreet(event: Any, hint: Any) -> Any:
    """The event without words: kinds of errors, places in the code, and what it belongs to."""
    told = {name: value for name, value in event.items() if name in KEPT}
    for error in told.get("exception", {}).get("values", ()):
        error["value"] = ""
    told["contexts"] = {name: told.get("contexts", {}).get(name) for name in ("runtime", "trace")}
    # The template that the code has, not what was filled in.
    if message := event.get("logentry", {}).get("message"):
        told["logentry"] = {"message": message}
    told["tags"] = {name: str(fact) for name, fact in correlation.known().items()}
    return told
