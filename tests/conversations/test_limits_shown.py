"""What a channel takes, as the composer says it before anything is sent."""

import json

import pytest

from channels_app.adapters import ADAPTERS
from channels_app.adapters.base import MB, Capabilities
from conversations.pages.limits import limits
from tests import make

pytestmark = pytest.mark.once


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("media", "sentence"),
    [
        ({"*/*": 20 * MB}, "Up to 20.0 MB each."),
        ({"image/*": 8 * MB, "*/*": 25 * MB}, "Pictures up to 8.0 MB · Sound up to 25.0 MB · Films up to 25.0 MB"),
        ({"image/jpeg": 5 * MB, "application/pdf": 9 * MB}, "Pictures up to 5.0 MB · Documents up to 9.0 MB"),
        ({"video/*": 512 * MB}, "Films up to 25.0 MB"),
    ],
)
def test_it_says_how_large_which_files_may_be_and_never_more_than_monty_takes(media, sentence):
    assert plain(limits(Capabilities(text=1, media=media)).sentence).startswith(sentence)


def test_the_composer_knows_what_its_channel_counts(client, sales, ana):
    client.force_login(ana)
    row = make.conversation(make.channel("instagram", sales))

    page = client.get(f"/conversations/{row.pk}/").content.decode()

    assert 'data-limit="1000" data-unit="bytes"' in page


@pytest.mark.parametrize("kind", ADAPTERS)
def test_what_the_page_checks_files_by_is_the_channels_own_table(kind):
    can = ADAPTERS[kind].can

    assert json.loads(limits(can).media).keys() == can.media.keys()
