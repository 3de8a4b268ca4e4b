"""Visitors of a webchat."""

from collections.abc import Callable

import pytest

from channels_app.models import Channel
from tests.conversations.webchat_visitor import SECRET, VisitorClient


@pytest.fixture
def visitor(webchat) -> VisitorClient:
    return VisitorClient(webchat)


@pytest.fixture
def shop(webchat) -> Channel:
    """The webchat of a website that signs its users and names its origins."""
    webchat.config = {"identity_secret": SECRET, "origins": ["https://shop.example.org", "https://*.example.net"]}
    webchat.save()
    return webchat


@pytest.fixture
def limit(settings, one_window) -> Callable[..., None]:
    """Sets rates: `limit(visitor="2/min")`."""

    def to(**rates: str) -> None:
        always = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
        settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": always | rates}

    return to
