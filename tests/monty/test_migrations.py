"""An update needs no pause: the code of the last release lives beside the tables of the next one."""

from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState

from tests import migration_rules
from tests.migration_rules import DEMANDED, GONE, REFUSED, RENAMED, UNREADABLE


@pytest.fixture
def state() -> ProjectState:
    """One table that has been released."""
    lamp = ProjectState()
    fields: list[tuple[str, models.Field[Any, Any]]] = [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=20)),
        ("shade", models.CharField(max_length=20, null=True)),
    ]
    lamp.add_model(ModelState("shop", "Lamp", fields))
    return lamp


def troubles(state: ProjectState, *operations: Operation, because: str = "") -> list[str]:
    made = type("Next", (Migration,), {"operations": list(operations), "lives_beside": because})
    return list(migration_rules.troubles(made("0002_next", "shop"), state))


def test_what_came_after_the_last_release_lets_its_code_live():
    assert migration_rules.unreleased_troubles(migration_rules.released()) == []


def test_the_released_are_looked_for_among_those_there_are():
    """With an early release assumed, later ones are looked at: so the rules do meet real migrations."""
    found = migration_rules.unreleased_troubles({"conversations": "0003_message_undelivered"})
    assert any(trouble.startswith("conversations 00") for trouble in found)


REFUSALS = {
    "a column that goes": (migrations.RemoveField("lamp", "name"), GONE),
    "a table that goes": (migrations.DeleteModel("Lamp"), GONE),
    "a column by another name": (migrations.RenameField("lamp", "name", "title"), RENAMED),
    "a table by another name": (migrations.RenameModel("Lamp", "Light"), RENAMED),
    "a column that must be filled": (migrations.AddField("lamp", "watts", models.IntegerField(default=0)), DEMANDED),
    "a column that must differ": (
        migrations.AddField("lamp", "key", models.UUIDField(null=True, unique=True)),
        DEMANDED,
    ),
    "a column that may be empty no more": (
        migrations.AlterField("lamp", "shade", models.CharField(max_length=20)),
        REFUSED,
    ),
    "a shorter column": (migrations.AlterField("lamp", "name", models.CharField(max_length=10)), REFUSED),
    "a column of another type": (migrations.AlterField("lamp", "name", models.IntegerField()), RENAMED),
    "a constraint": (
        migrations.AddConstraint("lamp", models.CheckConstraint(condition=~models.Q(name=""), name="named")),
        REFUSED,
    ),
    "SQL": (migrations.RunSQL("SELECT 1"), UNREADABLE),
}
FINE = {
    "a table": migrations.CreateModel("Bulb", [("id", models.BigAutoField(primary_key=True))]),
    "a column that may be empty": migrations.AddField("lamp", "watts", models.IntegerField(null=True)),
    "a column that the database fills": migrations.AddField("lamp", "watts", models.IntegerField(db_default=0)),
    "a longer column": migrations.AlterField("lamp", "name", models.CharField(max_length=40)),
    "an index": migrations.AddIndex("lamp", models.Index(fields=["name"], name="lamp_by_name")),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refused(state: ProjectState, name: str):
    operation, why = REFUSALS[name]
    (trouble,) = troubles(state, operation)
    assert trouble.endswith(why)


@pytest.mark.parametrize("name", FINE)
def test_fine(state: ProjectState, name: str):
    assert troubles(state, FINE[name]) == []


def test_a_table_that_is_new_itself_may_become_whatever_it_likes(state: ProjectState):
    made = migrations.CreateModel("Bulb", [("id", models.BigAutoField(primary_key=True))])
    assert troubles(state, made, migrations.AddField("bulb", "watts", models.IntegerField())) == []


def test_whoever_knows_better_says_why(state: ProjectState):
    assert troubles(state, migrations.RemoveField("lamp", "name"), because="nothing has read it since 1.2") == []
