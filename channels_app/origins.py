"""Which pages may speak to Monty: what a browser's Origin header says."""

import re

# A scheme, and a host name that may begin with `*.` for every name below it.
PATTERN = re.compile(r"https?://(\*\.)?[a-z0-9.-]+(:\d+)?", re.IGNORECASE)


def is_own(origin: str, host: str) -> bool:
    """Whether a page of this origin is one of Monty's own, reached under this host name."""
    return bool(host) and origin.partition("://")[2] == host


def matches(origin: str, allowed: str) -> bool:
    """`https://*.example.org` stands for every name below example.org, but not for example.org itself."""
    scheme, star, host = allowed.partition("://*.")
    if not star:
        return origin == allowed
    return origin.startswith(f"{scheme}://") and origin.endswith(f".{host}")
