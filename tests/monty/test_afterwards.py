"""What follows a change is done after its commit; if it fails, the change stands."""

import pytest
from django.db import transaction

from monty.afterwards import afterwards
from teams.models import Team

pytestmark = pytest.mark.django_db(transaction=True)


def no_broker(*_args: object, **_kwargs: object) -> None:
    raise ConnectionError("no broker")


def test_it_waits_for_the_commit():
    done: list[str] = []
    with transaction.atomic():
        afterwards(done.append, "it")
        assert done == []
    assert done == ["it"]


@pytest.mark.parametrize("inside", [True, False])
def test_what_fails_afterwards_fails_nobodys_change(inside: bool, caplog):
    """Whether there is a transaction around it or not."""
    if inside:
        with transaction.atomic():
            Team.objects.create(name="Sales")
            afterwards(no_broker, 1, countdown=2)
    else:
        Team.objects.create(name="Sales")
        afterwards(no_broker)
    assert Team.objects.count() == 1
    assert "no broker" in caplog.text
