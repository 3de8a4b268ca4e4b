"""A real installation of many processes on PostgreSQL and Redis, with the demo's people and channels."""

import os
from collections.abc import Iterator

import pytest

from tests import prepared
from tests.processes import SpreadOut
from tests.services import own_redis_url

CAST = """
from monty.demo import cast
teams = cast.make_teams()
cast.make_people(teams)
cast.make_channels(teams)
"""


@pytest.fixture(scope="session")
def spread_out(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpreadOut]:
    folder = tmp_path_factory.mktemp("spread")
    installation = SpreadOut(folder, database=f"monty_spread_{os.getpid()}", redis_url=own_redis_url(1))
    installation.copy(prepared.bare(tmp_path_factory), prepared.database(tmp_path_factory))
    installation.python(CAST)
    installation.start()
    yield installation
    installation.tear_down()
