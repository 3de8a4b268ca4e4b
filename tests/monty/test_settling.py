"""A process that serves does not look through all that it is made of again and again."""

import os
import subprocess
import sys

import pytest

FROZEN = "import gc, {door}; print(gc.get_freeze_count())"


@pytest.mark.parametrize("door", ["monty.asgi", "monty.wsgi"])
def test_what_a_door_is_made_of_is_left_alone_by_the_collector(door) -> None:
    env = os.environ | {"DEBUG": "1", "DATABASE_URL": ""}
    told = subprocess.run(
        [sys.executable, "-c", FROZEN.format(door=door)], env=env, capture_output=True, text=True, check=True
    )
    # Django, REST and the admin are several hundred thousand objects; Python alone is some ten thousand.
    assert int(told.stdout) > 100_000
