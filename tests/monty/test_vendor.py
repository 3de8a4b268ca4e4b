"""Other people's browser files: changed in no other way than vendor.toml says."""

import tomllib

import pytest
from django.core.management.base import CommandError

from monty.management.commands.vendor import NOTICE, VENDOR, changed

pytestmark = pytest.mark.once


def test_what_is_changed_says_so_at_its_top():
    assert changed(b"a = 1; b = 2;", [["a = 1", "a = 3"]]) == NOTICE + b"a = 3; b = 2;"
    assert changed(b"a = 1;", []) == b"a = 1;"


@pytest.mark.parametrize("found", [b"b = 2;", b"a = 1; a = 1;"])
def test_a_change_that_does_not_fit_a_new_version_stops_the_renewal(found):
    with pytest.raises(CommandError, match="times instead of once: a = 1"):
        changed(found, [["a = 1", "a = 3"]])


def test_what_is_kept_has_the_changes():
    packages = tomllib.loads((VENDOR / "vendor.toml").read_text())
    for entry in packages.values():
        for source, changes in entry.get("changes", {}).items():
            kept = (VENDOR / entry["files"][source]).read_text()
            assert kept.startswith(NOTICE.decode())
            assert all(new in kept for _old, new in changes)
            assert not any(old in kept for old, new in changes if old not in new)
