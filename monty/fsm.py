"""`verb`: the one way in which anything with a state changes.

A verb is one transaction: lock and re-read the row, ask the state machine, run the method's body, save, and
record what happened. Its caller always names the actor: `by=teammate`, or `by=None` for Monty itself.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial, wraps
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django_fsm import GET_STATE, ConcurrentTransitionMixin, TransitionNotAllowed
from django_fsm import transition as fsm_transition

from monty.errors import VerbNotAllowed


class Unchanged(Exception):
    """Raised by a verb's body when there is nothing to change: nothing is saved, nothing recorded."""


class Verbs(ConcurrentTransitionMixin, models.Model):
    """A model that changes by verbs. Its `save` refuses a copy whose state is older than the row's."""

    state: str

    class Meta:
        abstract = True

    @classmethod
    def for_change(cls) -> models.QuerySet:
        """The rows a verb locks; a subclass adds the relations its verbs read."""
        # no_key: other rows may go on pointing here (a foreign key's check must not wait, or worse, deadlock).
        return cls._base_manager.select_for_update(of=("self",), no_key=True)

    def lock(self) -> None:
        """Hold the row until the transaction ends, and read it anew; a subclass first holds what belongs before it."""
        self.refresh_from_db(from_queryset=self.for_change())

    def facts(self) -> dict[str, Any]:
        """What a record should be able to tell it was before."""
        return {"state": self.state}

    def record(self, verb: str, *, by: Any, was: dict[str, Any], **data: Any) -> Any:
        """What happened, as a row that is not written yet."""
        raise NotImplementedError

    @classmethod
    def write(cls, records: Sequence[Any]) -> None:
        """Write the rows of `record`, and see to what follows; called inside the verb's transaction."""
        raise NotImplementedError

    def allowed_verbs(self) -> list[str]:
        """Names of the verbs a person may press now, in alphabetical order."""
        transitions = self.get_available_state_transitions()  # type: ignore[attr-defined]
        return [move.custom["name"] for move in transitions if move.custom["by_hand"]]


def verb(
    *, source: Iterable[str], target: str | GET_STATE | None = None, name: str = "", by_hand: bool = True
) -> Callable[[Callable[..., dict[str, Any] | None]], Callable[..., Any]]:
    """Make a method a verb: allowed from `source`, leading to `target` (None: the state stays).

    The body may return facts to keep with the record. Returns what `record` returns, or None if the body found
    nothing to change. Raises VerbNotAllowed, and what the body raises; either way the row is as it was.
    `by_hand=False` marks a verb that only Monty itself uses.
    """

    def decorate(body: Callable[..., dict[str, Any] | None]) -> Callable[..., Any]:
        known_as = name or body.__name__
        custom = {"name": known_as, "by_hand": by_hand}
        move = fsm_transition(field="state", source=list(source), target=target, custom=custom)(body)

        @wraps(move)
        def run(self: Verbs, *args: Any, by: Any, **kwargs: Any) -> Any:
            try:
                with transaction.atomic():
                    self.lock()
                    was = self.facts()
                    data = move(self, *args, by=by, **kwargs) or {}
                    self.save()
                    record = self.record(known_as, by=by, was=was, **data)
                    self.write([record])
                    return record
            except Unchanged:
                return None
            # A constraint refuses what somebody else made impossible in the same moment.
            except (TransitionNotAllowed, IntegrityError) as error:
                self.refresh_from_db()
                raise refusal(self, known_as) from error

        run.many = partial(run_many, move, known_as)  # type: ignore[attr-defined]
        # For whoever plays it through without a row.
        run.body, run.target = body, target  # type: ignore[attr-defined]
        return run

    return decorate


def run_many(
    move: Callable[..., dict[str, Any] | None], name: str, changes: Iterable[tuple[Any, dict[str, Any]]], *, by: Any
) -> list[Any]:
    """The same verb on many rows, in as many queries as on one; the records of those that changed.

    Called as `Model.verb.many([(row, arguments), …], by=…)` in a transaction in which the caller has locked and read
    the rows (`for_change`), each of them once, however many changes it sees. A row that no longer allows the verb, or
    has nothing to change, is left as it is.
    """
    moved: dict[Any, Any] = {}
    records = []
    columns: set[str] = set()
    for row, arguments in changes:
        was, before = row.facts(), values(row)
        try:
            data = move(row, **arguments, by=by) or {}
        except (Unchanged, TransitionNotAllowed, VerbNotAllowed):
            continue
        moved[row.pk] = row
        columns |= {
            field.name for field in row._meta.concrete_fields if before[field.name] != field.value_from_object(row)
        }
        records.append(row.record(name, by=by, was=was, **data))
    for model in {type(row) for row in moved.values()}:
        if columns:
            # Every row is there, and locked: so this only updates, at a fifth of what `bulk_update` costs.
            model._base_manager.bulk_create(
                moved.values(), update_conflicts=True, unique_fields=["pk"], update_fields=columns
            )
        model.write(records)
    return records


def values(row: models.Model) -> dict[str, Any]:
    return {field.name: field.value_from_object(row) for field in row._meta.concrete_fields}


def refusal(subject: Verbs, name: str) -> VerbNotAllowed:
    """The error that says which state stands in the way and what is possible instead."""
    detail = _("“%(verb)s” is not possible while this is %(state)s.") % {"verb": name, "state": subject.state}
    return VerbNotAllowed(detail, verb=name, state=subject.state, allowed=subject.allowed_verbs())
