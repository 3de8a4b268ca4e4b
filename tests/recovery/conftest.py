"""Real installations that get killed: one embedded, one spread out, each with a small cast of its own."""

import os
from collections.abc import Iterator
from typing import TypeVar

import pytest

from tests import prepared
from tests.processes import Embedded, Installation, SpreadOut
from tests.services import own_redis_url

CAST = """
from channels_app.models import Channel
from teams.models import Membership, Team, Teammate
sales = Team.objects.create(name="Sales", auto_assign=True)
ana = Teammate.objects.create_user("ana", password="monty", capacity=100)
Membership.objects.create(team=sales, teammate=ana)
print(Channel.objects.create(kind="webchat", name="Website chat", team=sales).uuid)
"""
NEEDS_SERVICES = (pytest.mark.postgresql, pytest.mark.redis)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in this folder starts real processes."""
    for item in items:
        if "tests/recovery/" in item.nodeid:
            item.add_marker(pytest.mark.processes)


AnyInstallation = TypeVar("AnyInstallation", bound=Installation)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    installation = Embedded(tmp_path_factory.mktemp("embedded"))
    installation.copy(prepared.bare(tmp_path_factory))
    yield from running(installation)


@pytest.fixture(scope="module")
def spread_out(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpreadOut]:
    folder = tmp_path_factory.mktemp("recovery")
    installation = SpreadOut(folder, database=f"monty_recovery_{os.getpid()}", redis_url=own_redis_url(2))
    try:
        installation.copy(prepared.bare(tmp_path_factory), prepared.database(tmp_path_factory))
        yield from running(installation)
    finally:
        installation.tear_down()


def running(installation: AnyInstallation) -> Iterator[AnyInstallation]:
    installation.channel = installation.python(CAST)
    try:
        installation.start()
        yield installation
    finally:
        installation.stop()


@pytest.fixture(scope="module", params=["embedded", pytest.param("spread_out", marks=NEEDS_SERVICES)])
def monty(request: pytest.FixtureRequest) -> Installation:
    """Each of the two in turn."""
    return request.getfixturevalue(request.param)
