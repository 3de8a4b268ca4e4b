"""Where no demo data may be made: outside a demo, and beside people's own."""

import pytest
from django.core.management import CommandError, call_command

from teams.models import Teammate

pytestmark = pytest.mark.once


def test_where_demo_is_off_it_is_refused(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="known password"):
        call_command("demo")
    assert not Teammate.objects.exists()


def test_first_leaves_an_installation_with_people_alone(db, settings):
    settings.DEMO = True
    Teammate.objects.create_user("somebody")
    call_command("demo", "--first")
    assert Teammate.objects.count() == 1
