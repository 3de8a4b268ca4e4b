"""A real installation of many processes on PostgreSQL and Redis, with demo data."""

import os
from collections.abc import Iterator

import pytest

from tests.processes import SpreadOut


@pytest.fixture(scope="session")
def spread_out(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpreadOut]:
    installation = SpreadOut(tmp_path_factory.mktemp("spread"), database=f"monty_spread_{os.getpid()}")
    installation.set_up()
    installation.manage("demo")
    installation.start()
    yield installation
    installation.tear_down()
