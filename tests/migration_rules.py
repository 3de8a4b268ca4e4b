"""Which migrations the code of the last release cannot live beside.

While Monty is updated, the tables are new and some processes are still old (docs/operations.md, "Updating"). What has
been released stands in `monty/released.txt`, an app and its newest migration a line; an app that is not there has never
been released. Whoever knows better says why in the migration: `lives_beside = "…"` in its class.
"""

from collections.abc import Iterator
from pathlib import Path

from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, Field, ManyToManyField

RELEASED = Path(__file__).parent.parent / "monty" / "released.txt"
GONE = "old code still asks for it: let a release pass that does not, then remove it"
RENAMED = "old code knows it by its old name: add the new one, fill it, and remove the old one a release later"
DEMANDED = "old code writes rows without it: give it a db_default, or let it be null for a release"
REFUSED = "old code writes rows that it may refuse: let a release pass that keeps to it, then add it"
UNREADABLE = "nobody can tell what it does: say in the migration why old code lives beside it"


def released() -> dict[str, str]:
    return dict(line.split() for line in RELEASED.read_text().splitlines() if line and not line.startswith("#"))


def unreleased_troubles(newest: dict[str, str]) -> list[str]:
    """In words, for every migration that came after the last release."""
    graph = MigrationLoader(None).graph
    plan = {node: None for leaf in graph.leaf_nodes() for node in graph.forwards_plan(leaf)}
    state, found = ProjectState(), []
    for app, name in plan:
        migration = graph.nodes[app, name]
        if app in newest and name > newest[app]:
            found += [f"{app} {name}: {trouble}" for trouble in troubles(migration, state)]
        state = migration.mutate_state(state)
    return found


def troubles(migration: Migration, state: ProjectState) -> Iterator[str]:
    """What is wrong with one migration, applied to this state."""
    if getattr(migration, "lives_beside", ""):
        return
    state, new = state.clone(), set()
    for operation in migration.operations:
        model = getattr(operation, "model_name", getattr(operation, "name", "")).lower()
        if isinstance(operation, operations.CreateModel):
            new.add(model)
        elif model not in new and (why := refusal(operation, migration.app_label, state)):
            yield f"{operation.describe()}: {why}"
        operation.state_forwards(migration.app_label, state)


def refusal(operation: Operation, app: str, state: ProjectState) -> str:
    """Why old code cannot live beside it; "" if it can."""
    match operation:
        case operations.RemoveField() | operations.DeleteModel():
            return GONE
        case operations.RenameField() | operations.RenameModel() | operations.AlterModelTable():
            return RENAMED
        case operations.AddConstraint() | operations.AlterUniqueTogether():
            return REFUSED
        case operations.RunSQL():
            return UNREADABLE
        case operations.AddField(field=field):
            return DEMANDED if demands(field) else ""
        case operations.AlterField(field=field):
            return altered(state.models[app, operation.model_name_lower].fields[operation.name], field)
    return ""


def altered(old: Field, new: Field) -> str:
    if (old.get_internal_type(), old.db_column) != (new.get_internal_type(), new.db_column):
        return RENAMED
    shorter = (new.max_length or 0) < (old.max_length or 0)
    stricter = shorter or (new.unique and not old.unique) or (old.null and not new.null)
    return REFUSED if stricter else ""


def demands(field: Field) -> bool:
    """Whether the database takes no row that does not mention it."""
    optional = isinstance(field, ManyToManyField) or field.null or field.db_default is not NOT_PROVIDED
    return not optional or field.unique
