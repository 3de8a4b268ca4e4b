"""Macros: several verbs with one press, all of them or none."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations import bulk
from conversations.forms.macro import MacroForm
from conversations.macros import steps
from conversations.models import BulkRun, Conversation, Label, Macro, SavedReply
from monty.errors import BadInput, SomebodyWrote, VerbNotAllowed, WindowShut
from tests import make
from tests.rest import Program, is_problem

BY_SCRIPT = {"HX-Request": "true", "Accept": "text/html, application/json"}


@pytest.fixture
def refund(db) -> Label:
    return Label.objects.create(name="Refund")


@pytest.fixture
def hello(db) -> SavedReply:
    return SavedReply.objects.create(shortcut="hi", title="Hi", text="Hello {{contact.first_name}}, {{me.name}} here.")


def macro(name: str = "Close politely", *steps: dict, **home) -> Macro:
    return Macro.objects.create(name=name, steps=list(steps), **home)


def sending(reply: SavedReply) -> dict:
    return {"do": "send", "saved_reply": reply.pk}


def labelling(*add: Label, remove=()) -> dict:
    return {"do": "label", "add": [each.pk for each in add], "remove": [each.pk for each in remove]}


CLOSE = {"do": "close", "reason": "Settled"}
TO_ME = {"do": "assign", "teammate": "me"}


def state_of(row: Conversation) -> dict:
    return Conversation.objects.filter(pk=row.pk).values().get() | {
        "labels": sorted(row.labels.values_list("name", flat=True)),
        "messages": row.messages.count(),
        "events": row.events.count(),
    }


# --- Running --------------------------------------------------------------------------------------------------------


def test_every_step_is_the_verb_of_whoever_presses(conversation, ana, refund, hello):
    all_of_them = [
        labelling(refund),
        {"do": "prioritize", "priority": "high"},
        sending(hello),
        {"do": "note", "text": "Did it for {{contact.first_name}}"},
        TO_ME,
        CLOSE,
    ]
    steps.run(conversation, macro("Close politely", *all_of_them), by=ana)

    conversation.refresh_from_db()
    events = list(conversation.events.in_thread().order_by("pk"))[2:]
    assert [event.verb for event in events] == [
        *("run_macro", "label", "prioritize", "pick_up", "reply", "note", "close"),
    ]
    assert {event.actor for event in events} == {ana}
    assert events[0].data == {"macro": "Close politely"}
    assert (conversation.state, conversation.priority, events[-1].data["reason"]) == ("closed", 3, "Settled")
    assert [each.text for each in conversation.messages.from_us()] == ["Hello Nora, Ana here."]
    assert conversation.messages.get(private=True).text == "Did it for Nora"


@pytest.mark.parametrize(
    ("step", "field", "value"),
    [
        ({"do": "snooze", "choice": "answer"}, "snoozed_until", None),
        ({"do": "drop", "reason": ""}, "state", "dropped"),
        ({"do": "assign", "teammate": "me"}, "state", "assigned"),
    ],
)
def test_each_of_the_others_does_what_it_says(conversation, ana, step, field, value):
    steps.run(conversation, macro("One step", step), by=ana)
    conversation.refresh_from_db()
    assert getattr(conversation, field) == value


def test_it_hands_to_a_team_and_to_a_teammate(conversation, support, ana, ben):
    steps.run(conversation, macro("To Ben", {"do": "assign", "teammate": ben.pk}), by=ana)
    conversation.refresh_from_db()
    assert conversation.assignee == ben
    steps.run(conversation, macro("To Support", {"do": "hand_to", "team": support.pk}), by=ana)
    conversation.refresh_from_db()
    assert (conversation.team, conversation.assignee) == (support, None)


def test_an_answer_does_not_take_what_is_to_go_to_a_team(conversation, support, ana, hello):
    form = filled_form({"saved_reply": hello.pk, "give_to": f"team-{support.pk}"})
    steps.run(conversation, form.save(), by=ana)
    conversation.refresh_from_db()
    assert (conversation.team, conversation.assignee, conversation.state) == (support, None, "open")


def test_each_run_counts_as_one_use(webchat, ana):
    row = macro("Mine", TO_ME)
    for _ in range(2):
        steps.run(make.conversation(webchat), row, by=ana)
    row.refresh_from_db()
    assert row.used == 2


# --- All or none ----------------------------------------------------------------------------------------------------


def refused(conversation, row: Macro, ana, error: type[Exception], words: str, **press) -> None:
    before = state_of(conversation)
    with pytest.raises(error, match=words):
        steps.run(conversation, row, by=ana, **press)
    assert state_of(conversation) == before
    row.refresh_from_db()
    assert row.used == 0


def test_a_shut_window_refuses_all_of_it_and_says_which_step(conversation, ana, refund, hello):
    make.long_ago(conversation, timezone.now() - timedelta(days=3))
    row = macro("Close", labelling(refund), sending(hello), CLOSE)
    refused(conversation, row, ana, WindowShut, "Nothing was done. “Send” was refused: .*time to answer has passed")


def test_an_ended_conversation_refuses_what_is_for_live_ones(conversation, ana, refund):
    conversation.close(by=ana)
    refused(conversation, macro("Close", labelling(refund), CLOSE), ana, VerbNotAllowed, "“Close” was refused")


def test_a_label_that_the_team_wants_is_wanted_of_a_macro_too(sales, conversation, ana, refund):
    sales.label_required = True
    sales.save()
    refused(conversation, macro("Close", TO_ME, CLOSE), ana, VerbNotAllowed, "Sales wants a label")
    steps.run(conversation, macro("Close", labelling(refund), CLOSE), by=ana)
    assert Conversation.objects.get().state == "closed"


def test_a_label_of_another_team_is_refused(conversation, support, ana):
    theirs = Label.objects.create(name="Theirs", team=support)
    refused(conversation, macro("Label", TO_ME, labelling(theirs)), ana, BadInput, "“Label” was refused")


def test_a_variable_for_which_nothing_is_known_is_refused(conversation, ana):
    call = SavedReply.objects.create(shortcut="call", title="Call", text="We call {{contact.phone}}")
    refused(conversation, macro("Call", TO_ME, sending(call)), ana, BadInput, "Put something in for {{contact.phone}}")


def test_an_answer_over_the_head_of_a_customer_who_wrote_is_refused(webchat, conversation, ana, hello):
    seen = conversation.messages.get().pk
    make.message(webchat, "Wait")
    refused(conversation, macro("Hello", sending(hello)), ana, SomebodyWrote, "Somebody wrote meanwhile", seen=seen)


@pytest.mark.parametrize("gone", ["reply", "label", "teammate", "team"])
def test_what_is_gone_since_it_was_written_is_refused_in_words(conversation, ana, gone):
    step = {
        "reply": {"do": "send", "saved_reply": 999},
        "label": {"do": "label", "add": [999], "remove": []},
        "teammate": {"do": "assign", "teammate": 999},
        "team": {"do": "hand_to", "team": 999},
    }[gone]
    refused(conversation, macro("Old", {"do": "prioritize", "priority": "high"}, step), ana, BadInput, "not there any")


def test_pressed_twice_it_answers_once(conversation, ana, hello):
    row, number = macro("Hello", sending(hello)), uuid.uuid4()
    for _ in range(2):
        steps.run(conversation, row, by=ana, client_id=number)
    assert conversation.messages.from_us().count() == 1


# --- Whose they are -------------------------------------------------------------------------------------------------


@pytest.fixture
def five(sales, support, ana, ben) -> None:
    homes = {"all": {}, "sales": {"team": sales}, "support": {"team": support}, "anas": {"owner": ana}}
    for name, home in (homes | {"bens": {"owner": ben}}).items():
        macro(name, TO_ME, **home)


def test_everybody_has_the_shared_ones_those_of_their_teams_and_their_own(five, ana, cara, sara):
    def names(person) -> list[str]:
        return sorted(Macro.objects.visible_to(person).values_list("name", flat=True))

    assert names(ana) == ["all", "anas", "sales"]
    assert names(cara) == ["all", "support"]
    assert names(sara) == ["all", "sales", "support"]


def test_another_persons_is_not_there_to_run(five, conversation, ana):
    refused(conversation, Macro.objects.get(name="bens"), ana, BadInput, "not there any more")


def test_one_has_one_home_and_a_digit_for_a_key(sales, ana):
    for fields in ({"owner": ana, "team": sales}, {"key": 12}):
        with pytest.raises(IntegrityError), transaction.atomic():
            macro("Odd", TO_ME, **fields)


# --- Writing one ----------------------------------------------------------------------------------------------------


def filled_form(fields: dict, **home) -> MacroForm:
    form = MacroForm({"name": "New", **fields}, instance=Macro(**home))
    assert form.is_valid(), form.errors
    return form


def test_the_form_puts_the_steps_in_their_order_and_shows_them_again(ana, ben, refund, hello):
    fields = {
        "end": "close",
        "reason": "Settled",
        "give_to": f"teammate-{ben.pk}",
        "note": "Look",
        "saved_reply": hello.pk,
        "priority": "urgent",
        "add": [refund.pk],
        "key": 3,
    }
    row = filled_form(fields, owner=ana).save()
    assert [step["do"] for step in row.steps] == ["label", "prioritize", "send", "note", "assign", "close"]
    again = MacroForm(instance=row)
    assert {name: again[name].value() for name in fields} == fields
    assert again["remove"].value() == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, "__all__"),
        ({"note": "Dear {{contact.nose}}"}, "note"),
        ({"give_to": "team-999"}, "give_to"),
        ({"end": "explode"}, "end"),
        ({"give_to": "me", "key": 0}, "key"),
        ({"give_to": "me", "name": ""}, "name"),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(db, fields, wrong):
    form = MacroForm({"name": "New", **fields}, instance=Macro())
    assert not form.is_valid() and wrong in form.errors


def test_a_shared_one_sends_only_what_all_its_people_may_use(sales, ana):
    teams = SavedReply.objects.create(shortcut="s", title="Ours", text="Hi", team=sales)
    own = SavedReply.objects.create(shortcut="o", title="Mine", text="Hi", owner=ana)
    for reply, team, fits in [(teams, sales.pk, True), (teams, "", False), (own, "", False)]:
        form = MacroForm({"name": "New", "saved_reply": reply.pk, "team": team}, instance=Macro())
        assert form.is_valid() is fits


def test_a_key_is_given_once_in_one_place(ana, ben):
    filled_form({"give_to": "me", "key": 1}, owner=ana).save()
    assert not MacroForm({"name": "New", "give_to": "me", "key": 1}, instance=Macro(owner=ana)).is_valid()
    filled_form({"give_to": "me", "key": 1}, owner=ben)


# --- The page -------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


@pytest.mark.once
def test_somebody_keeps_changes_and_deletes_their_own(page, ana):
    page.post("/macros/new/", {"name": "Mine", "give_to": "me", "key": 2})
    row = Macro.objects.get()
    assert (row.owner, row.steps) == (ana, [TO_ME])
    shown = page.get("/macros/").content.decode()
    assert "Mine" in shown and "Assign to me" in shown and "q 2" in shown
    page.post(f"/macros/{row.pk}/", {"name": "Hers", "end": "drop"})
    row.refresh_from_db()
    assert (row.name, row.steps) == ("Hers", [{"do": "drop", "reason": ""}])
    page.post(f"/macros/{row.pk}/delete/")
    assert not Macro.objects.exists()


@pytest.mark.once
def test_nobody_changes_anothers_or_a_shared_one_on_the_page(page, five):
    for name in ("bens", "all", "sales"):
        pk = Macro.objects.get(name=name).pk
        assert page.get(f"/macros/{pk}/").status_code == 404
        assert page.post(f"/macros/{pk}/delete/").status_code == 404


@pytest.mark.once
def test_a_form_that_is_wrong_comes_back_with_the_sentence(page):
    answer = page.post("/macros/new/", {"name": "Empty"})
    assert answer.status_code == 400 and "Choose at least one thing" in answer.content.decode()


@pytest.mark.once
def test_the_menu_says_what_each_does_and_the_nearest_has_the_key(page, ana, sales, conversation, refund):
    macro("Everybody", TO_ME, key=1)
    macro("Mine", labelling(refund), CLOSE, key=1, owner=ana)
    shown = page.get(f"/conversations/{conversation.pk}/macros/").content.decode()
    assert "Label Refund" in shown and "Close (Settled)" in shown
    assert shown.count('data-digit="1"') == 1
    assert shown.index('data-find="Mine"') < shown.index('data-digit="1"')


@pytest.mark.once
def test_the_menu_costs_the_same_however_many_there_are(page, conversation, refund, hello, ben, support):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page.get(f"/conversations/{conversation.pk}/macros/")
        return len(captured)

    queries()
    steps = [labelling(refund), sending(hello), {"do": "assign", "teammate": ben.pk}]
    macro("One", *steps, {"do": "hand_to", "team": support.pk})
    of_one = queries()
    for _ in range(5):
        macro("More", *steps)
    assert queries() == of_one


@pytest.mark.once
def test_the_page_runs_one_and_says_so_in_the_thread(page, conversation, refund):
    row = macro("Close politely", labelling(refund), CLOSE)
    answer = page.post(f"/conversations/{conversation.pk}/macro/", {"macro": row.pk}, headers=BY_SCRIPT)
    assert answer.status_code == 204
    assert "Ana ran “Close politely”" in page.get(f"/conversations/{conversation.pk}/").content.decode()


@pytest.mark.once
def test_a_refusal_is_told_in_words(page, conversation, ana):
    conversation.close(by=ana)
    row = macro("Close", CLOSE)
    answer = page.post(f"/conversations/{conversation.pk}/macro/", {"macro": row.pk}, headers=BY_SCRIPT)
    assert is_problem(answer, 409, "verb_not_allowed")
    assert "Nothing was done." in answer.json()["detail"]


@pytest.mark.once
def test_who_does_not_see_the_conversation_runs_nothing_on_it(client, cara, conversation):
    client.force_login(cara)
    row = macro("Mine", TO_ME)
    assert client.get(f"/conversations/{conversation.pk}/macros/").status_code == 404
    assert client.post(f"/conversations/{conversation.pk}/macro/", {"macro": row.pk}).status_code == 404


# --- Many at once ---------------------------------------------------------------------------------------------------


@pytest.fixture
def rows(webchat):
    return [make.conversation(webchat) for _ in range(3)]


def run_on(rows, row: Macro, ana) -> BulkRun:
    from tests.conversations.test_bulk import query

    started = bulk.start("macro", [each.pk for each in rows], query(macro=row.pk), by=ana)
    bulk.carry_out(started.pk)
    started.refresh_from_db()
    return started


def test_on_many_each_is_all_or_none_and_what_was_refused_is_told(rows, ana, refund, monkeypatch):
    monkeypatch.setattr(bulk, "BATCH_OF_MACRO", 2)
    rows[1].close(by=ana)
    row = macro("Close politely", labelling(refund), CLOSE)
    done = run_on(rows, row, ana)
    assert (done.done, done.failed, done.is_finished) == (2, 1, True)
    [left] = done.failures
    assert left.conversation == rows[1] and "“Close” was refused" in left.reason
    assert not rows[1].labels.exists()
    row.refresh_from_db()
    assert row.used == 2


def test_what_it_sent_cannot_be_undone_and_so_nothing_is(rows, ana):
    done = run_on(rows, macro("Mine", TO_ME), ana)
    assert done.undo_until is None
    with pytest.raises(BadInput):
        bulk.undo(done, by=ana)


def test_one_that_is_gone_when_its_turn_comes_is_told(rows, ana, ben):
    done = run_on(rows, macro("Bens", TO_ME, owner=ben), ana)
    assert (done.done, {item.reason for item in done.failures}) == (0, {"This macro is not there any more."})


@pytest.mark.once
def test_the_bar_offers_them(page, five):
    shown = page.get("/bulk/macros/").content.decode()
    assert "anas" in shown and "bens" not in shown


# --- REST and admin -------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_rest_lists_them_and_runs_one(five, ana, conversation):
    program = Program(ana)
    listed = program.get("macros").json()["results"]
    assert [each["name"] for each in listed] == ["all", "sales", "anas"]
    assert listed[0]["steps"] == [TO_ME]
    answer = program.post(f"conversations/{conversation.pk}/macro", macro=listed[0]["id"])
    assert (answer.status_code, answer.json()["assignee"]) == (200, ana.pk)


@pytest.mark.once
def test_rest_refuses_what_cannot_be_run(five, ana, conversation):
    program = Program(ana)
    bens = Macro.objects.get(name="bens")
    assert is_problem(program.post(f"conversations/{conversation.pk}/macro", macro=bens.pk), 400, "invalid")
    assert is_problem(program.get(f"macros/{bens.pk}"), 404, "not_found")
    make.long_ago(conversation, timezone.now() - timedelta(days=3))
    reply = SavedReply.objects.create(shortcut="x", title="X", text="X")
    row = macro("Send", sending(reply))
    assert is_problem(program.post(f"conversations/{conversation.pk}/macro", macro=row.pk), 422, "window_shut")


@pytest.mark.once
def test_a_supervisor_makes_and_changes_shared_ones(client, supervisor, sales):
    client.post("/admin/conversations/macro/add/", {"name": "Ours", "team": sales.pk, "give_to": "me"})
    row = Macro.objects.get()
    assert (row.team, row.owner, row.steps) == (sales, None, [TO_ME])
    Macro.objects.update(used=5)
    client.post(f"/admin/conversations/macro/{row.pk}/change/", {"name": "Ours", "team": sales.pk, "end": "drop"})
    row.refresh_from_db()
    assert (row.steps, row.used) == ([{"do": "drop", "reason": ""}], 5)


@pytest.mark.once
def test_the_admin_shows_nobodys_own(client, supervisor, five):
    shown = client.get("/admin/conversations/macro/").content.decode()
    assert "sales" in shown and "anas" not in shown


@pytest.mark.once
def test_without_the_permission_nobody_makes_shared_ones(client, db):
    client.force_login(make.staff("lena", "conversations.view_macro"))
    assert client.post("/admin/conversations/macro/add/", {"name": "Ours", "give_to": "me"}).status_code == 403
