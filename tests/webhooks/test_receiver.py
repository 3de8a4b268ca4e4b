"""The receiver that the documentation shows, really run and posted to."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.processes import ROOT
from tests.services import free_port
from webhooks import posting
from webhooks.models import Delivery, Subscription

EXAMPLE = Path("docs/examples/webhook_receiver.py")


@pytest.fixture
def row(subscribe, settings) -> Subscription:
    settings.DEBUG = True
    return subscribe(url=f"http://127.0.0.1:{free_port()}/monty")


@pytest.fixture
def program(row: Subscription) -> Iterator[subprocess.Popen[str]]:
    port = row.url.split(":")[2].split("/")[0]
    env = os.environ | {"WEBHOOK_SECRET": row.newest_key}
    started = subprocess.Popen(
        [sys.executable, str(EXAMPLE), port], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    assert started.stdout.readline() == f"listening on {port}\n"
    yield started
    started.terminate()
    started.wait(10)


def test_it_takes_what_monty_posts_once_and_nothing_else(row, program, talk, ana, admin, commit):
    commit(lambda: talk.assign_to(ana, by=ana))
    commit(lambda: talk.close(by=ana))
    posting.attend(row.pk)
    assert set(row.deliveries.values_list("state", flat=True)) == {"delivered"}
    again = Delivery.objects.get(verb="assign")
    again.replay(by=admin)
    posting.attend(row.pk)
    assert again.attempts.count() == 2

    with pytest.raises(OSError, match="401"):
        urlopen(Request(row.url, data=b'{"type": "close", "data": {}}'), timeout=5)

    program.terminate()
    said = program.communicate(timeout=10)[0]
    assert said == f"assign {talk.pk}\nclose {talk.pk}\n"


def test_the_page_shows_this_very_file() -> None:
    page = (ROOT / "docs" / "webhooks.md").read_text()
    assert (ROOT / EXAMPLE).read_text() in page
