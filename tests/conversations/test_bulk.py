"""One action on many conversations: done in the background, told piece by piece, undone for a moment."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels_app import live
from conversations import bulk, tasks
from conversations.models import BulkRun, Conversation, Label, State
from monty.errors import BadInput
from teams.models import keeping
from tests import make
from tests.at_once import at_once

BY_SCRIPT = {"HX-Request": "true", "Accept": "application/json"}


@pytest.fixture
def rows(webchat):
    return [make.conversation(webchat) for _ in range(4)]


class Asker:
    """Somebody in front of the list; what their clicks set in motion is done at once, as by a quick worker."""

    def __init__(self, client, committed) -> None:
        self.client, self.committed = client, committed

    def ask(self, verb: str, rows, **fields):
        return self.post("/bulk/", verb=verb, conversation=[row.pk for row in rows], **fields)

    def undo(self, run: BulkRun):
        return self.post(f"/bulk/{run.pk}/undo/")

    def post(self, address: str, **fields):
        with self.committed(execute=True):
            return self.client.post(address, fields, headers=BY_SCRIPT)

    def sees(self) -> str:
        """How the last one stands."""
        return self.client.get(f"/bulk/{BulkRun.objects.latest('pk').pk}/").content.decode()


@pytest.fixture
def as_ana(client, ana, worker, django_capture_on_commit_callbacks) -> Asker:
    client.force_login(ana)
    return Asker(client, django_capture_on_commit_callbacks)


def states(rows) -> list[str]:
    return [Conversation.objects.get(pk=row.pk).state for row in rows]


@pytest.mark.parametrize(
    ("verb", "state", "said"),
    [("close", "closed", "4 closed."), ("drop", "dropped", "4 dropped."), ("assign", "assigned", "4 assigned.")],
)
def test_all_that_are_selected_change(verb, state, said, as_ana, ana, ben, rows):
    as_ana.ask(verb, rows, teammate=ben.pk)
    page = as_ana.sees()
    assert states(rows) == [state] * 4
    assert said in page and "Undo" in page
    event = rows[0].events.last()
    assert (event.verb, event.actor) == (verb, ana)


def test_handing_over_to_another_team(as_ana, rows, support):
    as_ana.ask("hand_to", rows, team=support.pk)
    assert set(Conversation.objects.values_list("team", flat=True)) == {support.pk}


def test_what_lacks_the_label_that_its_team_wants_stays_open_and_says_so(as_ana, ana, rows, sales):
    sales.label_required = True
    sales.save()
    rows[0].label([Label.objects.create(name="Parcels").name], by=ana)
    as_ana.ask("close", rows)
    assert states(rows) == ["closed", "open", "open", "open"]
    assert rows[1].missing in BulkRun.objects.latest("pk").items.get(conversation=rows[1]).reason


@pytest.fixture
def refund(db) -> Label:
    return Label.objects.create(name="Refund")


def names(rows) -> list[list[str]]:
    return [sorted(row.labels.values_list("name", flat=True)) for row in rows]


def test_a_label_is_put_on_all_and_undone_where_it_was_not_before(as_ana, ana, rows, refund):
    rows[0].label(["Refund"], by=ana)
    as_ana.ask("label", rows, label=refund.pk, on="true")
    assert names(rows) == [["Refund"]] * 4
    run = BulkRun.objects.latest("pk")
    assert (run.done, run.failed) == (4, 0) and "4 labelled." in as_ana.sees()
    as_ana.undo(run)
    assert names(rows) == [["Refund"], [], [], []]


def test_a_label_is_taken_off_all_and_comes_back_by_undo(as_ana, ana, rows, refund):
    for row in rows:
        row.label(["Refund"], by=ana)
    as_ana.ask("label", rows, label=refund.pk)
    assert names(rows) == [[]] * 4
    as_ana.undo(BulkRun.objects.latest("pk"))
    assert names(rows) == [["Refund"]] * 4


def test_a_label_of_one_team_is_put_on_its_own_and_refused_for_others(as_ana, ana, rows, sales, support):
    ours = Label.objects.create(name="Ours", team=sales)
    rows[0].assign_to(ana, by=ana)
    Conversation.objects.filter(pk=rows[0].pk).update(team=support)
    as_ana.ask("label", rows, label=ours.pk, on="true")
    assert names(rows) == [[], *[["Ours"]] * 3]
    [left] = BulkRun.objects.latest("pk").failures
    assert left.reason == "There is no label “Ours” to choose here."


def test_the_bar_offers_the_labels_and_only_those_on_offer_to_put_on(as_ana, refund):
    Label.objects.create(name="Old", offered=False)
    page = as_ana.client.get("/bulk/labels/").content.decode()
    assert page.count('"on": "true"') == 1 and "Remove Old" in page


def test_an_undo_does_not_bring_back_whom_somebody_blocked_meanwhile(as_ana, ana, rows):
    as_ana.ask("drop", rows)
    rows[0].identity.block(True)
    as_ana.undo(BulkRun.objects.latest("pk"))
    assert states(rows) == ["dropped", "open", "open", "open"]


def test_what_cannot_be_done_is_told_with_its_reason_and_the_rest_is_done(as_ana, ana, rows):
    rows[1].close(by=ana)
    as_ana.ask("close", rows)
    page = as_ana.sees()
    run = BulkRun.objects.get()
    assert (run.done, run.failed) == (3, 1)
    assert "1 was left as it is" in page and "Not possible while it is Closed." in page


def test_what_was_so_already_is_no_failure(as_ana, ana, rows):
    rows[0].assign_to(ana, by=ana)
    as_ana.ask("assign", rows, teammate=ana.pk)
    run = BulkRun.objects.get()
    assert (run.done, run.failed, run.items.filter(event=None).count()) == (4, 0, 1)


def test_nothing_happens_to_what_one_does_not_see(as_ana, cara, support, rows):
    theirs = make.conversation(make.channel("webchat", support), name="Secret Customer")
    as_ana.ask("close", [rows[0], theirs])
    page = as_ana.sees()
    assert states([rows[0], theirs]) == ["closed", "open"]
    assert "1 closed." in page and "Secret Customer" not in page
    assert as_ana.ask("close", [theirs]).status_code == 400


def test_what_one_no_longer_sees_when_its_turn_comes_is_left_alone(ana, support, rows):
    run = begun(rows, ana)
    rows[0].hand_to(support, by=None)
    bulk.carry_out(run.pk)
    assert [item.reason for item in run.failures] == ["You no longer see this conversation."]
    assert states(rows) == ["open"] + ["closed"] * 3


def test_somebody_who_left_meanwhile_gets_nothing_and_it_is_said(ana, ben, rows):
    run = bulk.start("assign", [row.pk for row in rows], query(teammate=ben.pk), by=ana)
    ben.is_active = False
    ben.save(update_fields=["is_active"])
    bulk.carry_out(run.pk)
    assert {item.reason for item in run.failures} == {"Ben no longer works here."}
    assert states(rows) == ["open"] * 4


@pytest.mark.parametrize("verb", ["reopen", "note", "nonsense", ""])
def test_only_these_actions_are_there_for_many(as_ana, rows, verb):
    assert as_ana.ask(verb, rows).status_code == 400
    assert not BulkRun.objects.exists()


@pytest.mark.parametrize("odd", ["x", "9" * 30, "-1", "\0"])
def test_odd_numbers_are_refused_in_words(as_ana, odd):
    assert as_ana.post("/bulk/", verb="close", conversation=[odd]).status_code == 400
    assert as_ana.post("/bulk/", verb="close").status_code == 400
    assert as_ana.post("/bulk/", verb="assign", conversation=["1"], teammate=odd).status_code == 400


def test_another_persons_action_is_not_there(as_ana, client, ben, rows):
    as_ana.ask("close", rows)
    run = BulkRun.objects.get()
    client.force_login(ben)
    assert client.get(f"/bulk/{run.pk}/").status_code == 404
    assert client.post(f"/bulk/{run.pk}/undo/", headers=BY_SCRIPT).status_code == 404
    assert states(rows) == ["closed"] * 4


# --- Undo -----------------------------------------------------------------------------------------------------------


def test_undo_puts_all_back_but_those_in_which_something_happened(as_ana, ana, ben, rows):
    rows[0].assign_to(ben, by=ben)
    as_ana.ask("close", rows)
    rows[1].refresh_from_db()
    rows[1].note("A mistake?", by=ben)
    run = BulkRun.objects.get()
    as_ana.undo(run)
    page = as_ana.sees()
    assert states(rows) == ["assigned", "closed", "open", "open"]
    assert "3 as they were." in page and "Something has happened in it since." in page


def test_undo_is_for_a_moment_only_and_only_once(as_ana, rows):
    as_ana.ask("close", rows)
    run = BulkRun.objects.get()
    BulkRun.objects.update(finished_at=timezone.now() - timedelta(seconds=14))
    assert as_ana.undo(run).status_code == 400
    assert "Undo" not in as_ana.sees()
    BulkRun.objects.update(finished_at=timezone.now() - timedelta(seconds=9))
    assert as_ana.undo(run).status_code == 200
    assert as_ana.undo(run).status_code == 400
    assert states(rows) == ["open"] * 4


def test_what_was_handed_to_a_team_one_is_not_in_comes_back(as_ana, ana, support, rows):
    as_ana.ask("hand_to", rows, team=support.pk)
    assert not Conversation.objects.visible_to(ana).exists()
    as_ana.undo(BulkRun.objects.get())
    assert Conversation.objects.visible_to(ana).count() == 4


# --- In the background ----------------------------------------------------------------------------------------------


def begun(rows, ana, verb="close") -> BulkRun:
    return bulk.start(verb, [row.pk for row in rows], query(), by=ana)


def query(**fields):
    asked = QueryDict(mutable=True)
    asked.update({name: str(value) for name, value in fields.items()})
    return asked


def test_it_goes_on_in_batches_and_each_is_told(monkeypatch, ears, ana, rows, django_capture_on_commit_callbacks):
    monkeypatch.setattr(bulk, "BATCH", 3)
    run = begun(rows, ana)
    heard = ears.listen(live.person(ana.pk))
    with django_capture_on_commit_callbacks(execute=True):
        assert bulk.carry_out_batch(run.pk) is True
    run.refresh_from_db()
    assert (run.done, run.is_finished, states(rows)) == (3, False, ["closed"] * 3 + ["open"])
    with django_capture_on_commit_callbacks(execute=True):
        assert bulk.carry_out_batch(run.pk) is False
    run.refresh_from_db()
    assert run.is_finished
    assert {"hint": "bulk", "run": run.pk} in ears.heard(heard)


def test_what_lost_its_worker_is_found_and_finished(monkeypatch, ana, rows):
    monkeypatch.setattr(bulk, "BATCH", 2)
    run = begun(rows, ana)
    bulk.carry_out_batch(run.pk)
    tasks.resume_bulk()
    assert states(rows).count("closed") == 2  # still touched
    BulkRun.objects.update(touched_at=timezone.now() - timedelta(minutes=1))
    tasks.resume_bulk()
    assert states(rows) == ["closed"] * 4
    assert all(row.events.filter(verb="close").count() == 1 for row in rows)


def test_a_finished_one_done_again_does_nothing(ana, rows):
    run = begun(rows, ana)
    tasks.bulk(run.pk)
    events = rows[0].events.count()
    tasks.bulk(run.pk)
    assert rows[0].events.count() == events


def test_old_ones_are_forgotten(ana, rows):
    run = begun(rows, ana)
    tasks.bulk(run.pk)
    keeping.forget_old("conversations.bulkrun")
    assert BulkRun.objects.exists()
    BulkRun.objects.update(finished_at=timezone.now() - timedelta(days=8))
    keeping.forget_old("conversations.bulkrun")
    assert not BulkRun.objects.exists()


def test_more_than_a_screen_holds_is_refused(ana, webchat):
    with pytest.raises(BadInput):
        bulk.start("close", range(1, bulk.MOST + 2), query(), by=ana)


def test_a_batch_of_twenty_costs_few_queries_more_than_one_of_ten(webchat, ana, ben):
    def cost(number: int) -> int:
        run = bulk.start(
            "assign", [make.conversation(webchat).pk for _ in range(number)], query(teammate=ben.pk), by=ana
        )
        with CaptureQueriesContext(connection) as queries:
            bulk.carry_out(run.pk)
        return len(queries)

    assert cost(20) == cost(10)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_everything_once(ana, webchat):
    rows = [make.conversation(webchat) for _ in range(20)]
    run = begun(rows, ana)
    at_once(lambda: bulk.carry_out(run.pk), lambda: bulk.carry_out(run.pk))
    run.refresh_from_db()
    assert (run.done, run.failed, run.is_finished) == (20, 0, True)
    assert all(row.events.filter(verb="close").count() == 1 for row in rows)
    assert states(rows) == [State.CLOSED] * 20


@pytest.mark.django_db(transaction=True)
def test_two_actions_on_the_same_rows_never_wait_in_a_circle(ana, ben, webchat):
    rows = [make.conversation(webchat) for _ in range(20)]
    one, other = begun(rows, ana), bulk.start("drop", [row.pk for row in rows[::-1]], query(), by=ben)
    at_once(lambda: bulk.carry_out(one.pk), lambda: bulk.carry_out(other.pk))
    one.refresh_from_db(), other.refresh_from_db()
    assert one.is_finished and other.is_finished
    assert one.done + other.done == 20
