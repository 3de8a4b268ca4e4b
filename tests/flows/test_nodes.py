"""What each type of node does: the pure parts alone, the others in a conversation."""

import json
from datetime import time, timedelta

import httpx
import pytest
import time_machine
from django.utils import timezone

from channels_app import http
from conversations.models import Label, Message
from flows import answers, calling, conditions, engine, starting, tasks
from flows.answers import Bounds, NotThis
from flows.models import FlowFile, FlowStep
from tests import make
from tests.flows.flow import document, flow, node, notes, publish, run_of, said, say, write

ANYTHING = Bounds()


@pytest.mark.parametrize(
    ("kind", "said", "kept"),
    [
        ("text", " Oak ", "Oak"),
        ("number", "42", 42),
        ("number", "-1,5", -1.5),
        ("email", " nora@example.org ", "nora@example.org"),
        ("phone", "+49 40 123 4567", "+49401234567"),
        ("date", "30.11.2026", "2026-11-30"),
        ("date", "2026-11-30", "2026-11-30"),
    ],
)
def test_an_answer_that_fits_is_kept_as_what_it_is(kind, said, kept):
    assert answers.KINDS[kind](said, ANYTHING) == kept


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("text", "  "),
        ("number", "forty"),
        ("number", "1e9"),
        ("number", "٤٢x"),
        ("email", "nora@"),
        ("phone", "040 1234567"),
        ("phone", "hello"),
        ("date", "31.02.2026"),
        ("date", "soon"),
    ],
)
def test_one_that_does_not_is_refused_in_words(kind, said):
    with pytest.raises(NotThis, match="Please"):
        answers.KINDS[kind](said, ANYTHING)


def test_a_number_has_bounds():
    assert answers.number("10", Bounds(10, 20)) == 10
    for number in ("9", "21"):
        with pytest.raises(NotThis):
            answers.number(number, Bounds(10, 20))


@pytest.mark.parametrize(
    ("one", "operator", "other", "so"),
    [
        ("Gold", "is", "gold ", True),
        ("Gold", "is_not", "gold", False),
        (["Refund", "Order"], "is", "order", True),
        (["Refund"], "contains", "order", False),
        ("my order", "contains", "ORDER", True),
        ("my order", "contains_not", "order", False),
        ("my order", "begins", "my", True),
        (12, "greater", "9", True),
        ("12", "less", "9", False),
        ("twelve", "greater", "9", False),
        (None, "empty", "", True),
        ("", "known", "", False),
        (0, "known", "", True),
        ("true", "is", "true", True),
    ],
)
def test_conditions_compare(one, operator, other, so):
    told = [{"subject": "answers.x", "operator": operator, "value": other}]
    assert conditions.hold(told, "all", conditions.Facts({}, {"x": one})) is so


def test_all_or_any_of_them():
    told = [{"subject": "answers.x", "operator": "is", "value": value} for value in "ab"]
    facts = conditions.Facts({}, {"x": "a"})
    assert (conditions.hold(told, "all", facts), conditions.hold(told, "any", facts)) == (False, True)


@pytest.mark.django_db
class TestInAConversation:
    @pytest.fixture
    def go(self, webchat):
        def through(*nodes, **fields):
            row = make.conversation(webchat, **fields)
            engine.advance(starting.send(row, flow("Flow", document(*nodes)), by=None))
            row.refresh_from_db()
            return row

        return through

    def test_a_branch_knows_the_conversation(self, go):
        way = {"id": "web", "conditions": [{"subject": "channel.kind", "operator": "is", "value": "webchat"}]}
        row = go(
            node("b", "branch", branches=[way], exits={"branch:web": "web", "else": "other"}),
            say("web", "From the web"),
            say("other", "From elsewhere"),
        )
        assert said(row) == ["From the web"]

    def test_hours_lead_two_ways(self, go, sales):
        way = node("h", "business_hours", exits={"open": "o", "closed": "c"}), say("o", "Open"), say("c", "Closed")
        sales.schedule = make.schedule({}, "UTC")
        sales.save()
        assert said(go(*way)) == ["Closed"]

    def test_labels_come_and_go(self, go):
        Label.objects.create(name="Order")
        row = go(node("l", "set_label", add=["Order"], exits={"next": "k"}), node("k", "set_label", remove=["Order"]))
        assert [each.data["added"] for each in row.events.filter(verb="label").order_by("pk")] == [["Order"], []]

    def test_an_attribute_is_the_customer_s_or_an_answer(self, go):
        row = go(
            node("a", "set_attribute", attribute="contact.email", value="n@example.org", exits={"next": "b"}),
            node("b", "set_attribute", attribute="answers.x", value="{{contact.email}}!"),
        )
        assert row.contact.email == "n@example.org"
        assert run_of(row).answers == {"x": "n@example.org!"}

    def test_a_note_is_private(self, go):
        row = go(node("n", "note", text="VIP {{contact.name}}"))
        assert (said(row), notes(row)) == ([], ["VIP Nora Visitor"])

    def test_it_is_assigned_to_somebody(self, go, ana):
        row = go(node("a", "assign", teammate=ana.pk))
        assert (row.state, row.assignee, row.asked_for_person) == ("assigned", ana, False)

    def test_or_to_a_team_without_an_arrow(self, go, support):
        row = go(node("a", "assign", team=support.pk))
        assert (row.state, row.team, row.asked_for_person) == ("open", support, False)

    def test_somebody_who_left_hands_over_instead(self, webchat, ben):
        raw = node("a", "assign", teammate=ben.pk)
        ready = flow("Later", document(raw))
        ben.is_active = False
        ben.save()
        row = make.conversation(webchat)
        engine.advance(starting.send(row, ready, by=None))
        row.refresh_from_db()
        assert (row.state, row.bot, run_of(row).state) == ("open", "", "handed_over")

    def test_close_ends_both(self, go):
        row = go(node("c", "close", reason="solved"))
        assert (row.state, run_of(row).state) == ("closed", "done")

    def test_a_jump_goes_on_in_another_flow(self, go):
        other = flow("Other", document(say("o", "Over there {{answers.x}}")))
        row = go(
            node("s", "set_attribute", attribute="answers.x", value="1", exits={"next": "j"}),
            node("j", "jump", flow=other.key),
        )
        assert said(row) == ["Over there 1"]

    def test_flows_that_lead_to_each_other_end_with_a_person(self, go):
        other = flow("Other", document(say("o", "x")))
        here = flow("Here", document(node("j", "jump", flow="other")))
        publish(other, document(node("j", "jump", flow="here")))
        row = go(node("j", "jump", flow=here.key))
        assert (row.bot, run_of(row).state) == ("", "failed")
        assert FlowStep.objects.filter(run=run_of(row)).count() == engine.MOST_IN_A_HURRY + 1
        assert "circles" in notes(row)[0]

    def test_a_node_that_breaks_off_says_nothing_and_hands_over(self, go, monkeypatch):
        from flows.nodes.note import Note

        def broken(self, stage):
            stage.say("Half of it")
            raise RuntimeError("a bug")

        monkeypatch.setattr(Note, "enter", broken)
        row = go(node("n", "note", name="Odd one", text="x"))
        assert (said(row), row.bot, run_of(row).state) == ([], "", "failed")
        assert "Odd one" in notes(row)[0]

    def test_files_go_out_before_the_buttons(self, webchat):
        talk = flow("Files", document(say("x", "y")))
        file = FlowFile.store(make.text_file(), flow=talk)
        choices = [{"id": "a", "title": "Aye"}]
        publish(talk, document(node("s", "send_message", text="Look", media=[str(file.uuid)], quick_replies=choices)))
        row = make.conversation(webchat)
        engine.advance(starting.send(row, talk, by=None))
        first, second = Message.objects.filter(conversation=row, author_kind="bot").order_by("pk")
        assert [each.name for each in first.attachments.all()] == ["note.txt"]
        assert (second.text, len(second.details["quick_replies"])) == ("Look", 1)

    def test_a_wait_goes_on_in_its_time_and_hears_nothing_meanwhile(self, go):
        row = go(node("w", "wait", amount=2, unit="hours", exits={"next": "s"}), say("s", "Two hours later"))
        begun = timezone.now()
        with time_machine.travel(begun + timedelta(hours=1)):
            write(row, "Hello?")
            engine.attend(row.pk)
            assert said(row) == []
        with time_machine.travel(begun + timedelta(hours=2, seconds=1)):
            tasks.go_on_missed()
        assert said(row) == ["Two hours later"]

    def test_a_hand_over_says_another_thing_while_somebody_is_there(self, go, ana):
        make.ready(ana)
        assert said(go(node("h", "hand_over", text="One moment", away_text="Nobody is here"))) == ["One moment"]

    def test_outside_hours_it_says_so_whoever_is_there(self, go, sales, ana):
        make.ready(ana)
        sales.schedule = make.schedule({0: (time(9), time(10))}, "UTC")
        sales.save()
        with time_machine.travel("2026-11-24 12:00Z"):
            assert said(go(node("h", "hand_over", text="One moment", away_text="Nobody is here"))) == ["Nobody is here"]


@pytest.mark.django_db
class TestCalls:
    @pytest.fixture
    def server(self, monkeypatch, settings):
        settings.FLOWS_MAY_CALL = ["api.example"]
        asked: list[httpx.Request] = []
        told = {"order": {"status": "on its way", "items": [{"name": "Lamp"}]}}
        answer = {"status_code": 200, "content": json.dumps(told).encode()}

        def handle(request):
            asked.append(request)
            return httpx.Response(answer["status_code"], stream=httpx.ByteStream(answer["content"]))

        monkeypatch.setattr(http, "transport", httpx.MockTransport(handle))
        return asked, answer

    CALL = document(
        node(
            "c",
            "http_call",
            method="POST",
            url="https://api.example/orders/{{contact.name}}",
            body='{"who": "{{contact.name}}"}',
            save=[{"path": "order.status", "save_as": "status"}, {"path": "order.items.0.name", "save_as": "item"}],
            exits={"ok": "ok", "error": "no"},
        ),
        say("ok", "{{answers.item}}: {{answers.status}}"),
        say("no", "Not now"),
    )

    def run(self, webchat, **fields):
        row = make.conversation(webchat, **fields)
        engine.advance(starting.send(row, flow("Call", self.CALL), by=None))
        return row

    def test_what_it_answers_is_kept(self, webchat, server):
        row = self.run(webchat, name='Nora "/../" Visitor')
        assert said(row) == ["Lamp: on its way"]
        [request] = server[0]
        assert request.url.raw_path == b"/orders/Nora%20%22%2F..%2F%22%20Visitor"
        assert request.content == b'{"who": "Nora \\"/../\\" Visitor"}'
        assert request.headers["Idempotency-Key"]

    @pytest.mark.parametrize(
        "answer", [{"status_code": 500}, {"content": b"no json"}, {"content": b"x" * (calling.LARGEST + 1)}]
    )
    def test_what_is_no_answer_leaves_by_error(self, webchat, server, answer):
        server[1].update(answer)
        assert said(self.run(webchat)) == ["Not now"]

    def test_a_host_that_is_not_allowed_any_more_is_not_called(self, webchat, server, settings):
        row = make.conversation(webchat)
        talk = flow("Call", self.CALL)
        settings.FLOWS_MAY_CALL = []
        engine.advance(starting.send(row, talk, by=None))
        assert (said(row), server[0]) == (["Not now"], [])

    def test_private_addresses_are_never_reached(self, settings):
        settings.FLOWS_MAY_CALL = ["localhost"]
        told = calling.ask(calling.Request("GET", "https://localhost/"), key="k")
        assert "not public" in told.problem

    def test_a_worker_that_died_while_asking_is_followed_by_another(self, webchat, server):
        row = make.conversation(webchat)
        run = starting.send(row, flow("Call", self.CALL), by=None)
        # It has claimed the call and is never heard of again.
        assert isinstance(engine.step(run), engine.Calling)
        engine.advance(run)
        assert said(row) == []
        with time_machine.travel(timezone.now() + timedelta(minutes=1)):
            tasks.go_on_missed()
        assert said(row) == ["Lamp: on its way"]
