"""What flows need beside the standing cast."""

import pytest

from flows.models import HumanWord


@pytest.fixture
def words(db) -> None:
    """Tests with real transactions empty every table, also of what a migration wrote into it."""
    for word in ("agent", "human"):
        HumanWord.objects.get_or_create(language="en", word=word)
