"""The admin of flows."""

from flows.admin import conversations, flows, runs, versions

__all__ = ["conversations", "flows", "runs", "versions"]
