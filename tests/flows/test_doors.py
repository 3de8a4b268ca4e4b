"""Send Flow, Take over and the view "Bot", by the page and by REST: each with its refusal."""

import pytest
from django.utils import timezone

from conversations.models import Conversation
from flows import engine, starting
from flows.models import FlowRun
from tests import make
from tests.flows.flow import MENU, document, flow, run_of, said, say
from tests.rest import Program, is_problem

pytestmark = [pytest.mark.django_db, pytest.mark.once]
AS_JSON = {"Accept": "application/json"}


@pytest.fixture
def page(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def welcome(webchat):
    return flow("Welcome", MENU)


@pytest.fixture
def botted(conversation, welcome):
    engine.advance(starting.send(conversation, welcome, by=None))
    return Conversation.objects.get(pk=conversation.pk)


class TestTheList:
    def test_it_offers_what_is_for_the_channel_by_hand(self, page, conversation, pigeon, welcome):
        flow("Elsewhere", MENU, "by_hand", on=(pigeon,))
        flow("By itself", MENU, "keyword:menu")
        content = page.get(f"/conversations/{conversation.pk}/flows/").content.decode()
        assert "Welcome" in content
        assert "Elsewhere" not in content and "By itself" not in content

    def test_an_archived_flow_is_not_offered(self, page, conversation, welcome):
        welcome.current.archive(by=None)
        assert "Welcome" not in page.get(f"/conversations/{conversation.pk}/flows/").content.decode()

    def test_the_confirmation_offers_its_nodes(self, page, conversation, welcome):
        content = page.get(f"/conversations/{conversation.pk}/flows/{welcome.pk}/").content.decode()
        assert "Order number" in content and "What is it about?" in content

    def test_who_does_not_see_the_conversation_finds_nothing(self, client, cara, conversation, welcome):
        client.force_login(cara)
        assert client.get(f"/conversations/{conversation.pk}/flows/").status_code == 404
        assert client.post(f"/conversations/{conversation.pk}/flows/{welcome.pk}/").status_code == 404


class TestSending:
    def test_from_the_page(self, page, conversation, welcome):
        page.post(f"/conversations/{conversation.pk}/flows/{welcome.pk}/", {"node": "number"})
        run = run_of(conversation)
        assert (run.node, run.by.username) == ("number", "ana")

    def test_a_node_that_is_not_there_is_refused(self, page, conversation, welcome):
        answer = page.post(f"/conversations/{conversation.pk}/flows/{welcome.pk}/", {"node": "x"}, headers=AS_JSON)
        assert is_problem(answer, 400, "invalid")
        assert not FlowRun.objects.exists()

    @pytest.mark.parametrize("state", ["open", "assigned", "reopened"])
    def test_by_rest_from_each_live_state(self, webchat, welcome, ana, state):
        row = make.conversation(webchat, state=state, assignee=ana)
        body = Program(ana).post(f"conversations/{row.pk}/send_flow", flow=welcome.pk, node="number").json()
        assert (body["state"], body["with_bot"], body["assignee"]) == ("open", True, None)

    def test_not_after_the_end(self, webchat, welcome, ana):
        row = make.conversation(webchat, state="closed", assignee=ana)
        assert is_problem(
            Program(ana).post(f"conversations/{row.pk}/send_flow", flow=welcome.pk), 409, "verb_not_allowed"
        )

    def test_not_once_the_window_has_shut(self, conversation, welcome, ana):
        make.long_ago(conversation, timezone.now() - timezone.timedelta(days=3))
        answer = Program(ana).post(f"conversations/{conversation.pk}/send_flow", flow=welcome.pk)
        assert is_problem(answer, 422, "window_shut")

    def test_the_timeline_says_who_sent_what_and_where(self, page, conversation, welcome, ana):
        starting.send(conversation, welcome, by=ana, node="number")
        assert (
            "Ana sent the flow Welcome, at Order number"
            in page.get(f"/conversations/{conversation.pk}/").content.decode()
        )


class TestTakingOver:
    def test_the_banner_names_the_flow(self, page, botted):
        content = page.get(f"/conversations/{botted.pk}/").content.decode()
        assert 'id="with-bot"' in content and "Welcome" in content and "Pick up" not in content

    def test_without_a_bot_there_is_none(self, page, conversation):
        assert 'id="with-bot"' not in page.get(f"/conversations/{conversation.pk}/").content.decode()

    def test_from_the_page(self, page, botted, ana):
        page.post(f"/conversations/{botted.pk}/take_over/", headers=AS_JSON)
        botted.refresh_from_db()
        assert (botted.assignee, botted.bot, botted.state) == (ana, "", "assigned")

    def test_by_rest_and_refused_without_a_bot(self, botted, ana):
        ask = Program(ana)
        assert ask.post(f"conversations/{botted.pk}/take_over").json()["with_bot"] is False
        assert is_problem(ask.post(f"conversations/{botted.pk}/take_over"), 409, "verb_not_allowed")


class TestWhereItIs:
    def test_it_is_in_the_view_bot_and_in_no_other_inbox(self, page, botted):
        row = f'data-row="{botted.pk}"'
        assert row in page.get("/?view=bot").content.decode()
        for view in ("mine", "unassigned", f"team-{botted.team_id}"):
            assert row not in page.get(f"/?view={view}").content.decode()

    def test_handed_over_it_waits_in_the_team_with_an_arrow(self, page, botted):
        botted.hand_over(by=None)
        content = page.get(f"/?view=team-{botted.team_id}").content.decode()
        assert f'data-row="{botted.pk}"' in content and "Asked for a person" in content

    def test_whoever_does_not_see_its_team_does_not_see_it_with_a_bot_either(self, client, cara, botted):
        client.force_login(cara)
        assert f'data-row="{botted.pk}"' not in client.get("/?view=bot").content.decode()


class TestRest:
    def test_the_flows_there_are(self, ana, welcome):
        draft = type(welcome).objects.create(key="draft", name="Draft")
        draft.edit(by=None)
        found = Program(ana).get("flows").json()["results"]
        assert [(each["key"], each["version"], each["triggers"]) for each in found] == [
            ("welcome", 1, [{"kind": "by_hand", "word": ""}])
        ]

    def test_its_document_its_schema_and_the_types_of_nodes(self, ana, welcome):
        ask = Program(ana)
        assert ask.get(f"flows/{welcome.pk}/document").json() == MENU
        assert ask.get("flows/schema").json()["title"] == "Flow"
        assert "ask" in [each["type"] for each in ask.get("flows/node_types").json()]

    def test_nobody_unknown_asks(self, db, welcome):
        assert Program(None).get("flows").status_code in (401, 403)


def test_a_step_costs_the_same_whatever_is_stored(webchat, django_assert_num_queries):
    """Ten nodes before, ten runs beside, a long talk behind it: a step is a step."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    long = document(*[say(f"n{number}", f"Line {number}", f"n{number + 1}") for number in range(20)], say("n20", "End"))
    row, talk = make.conversation(webchat), flow("Long", long)
    run = starting.send(row, talk, by=None)
    costs = []
    while True:
        with CaptureQueriesContext(connection) as captured:
            if not engine.step(run):
                break
        costs.append(len(captured))
    assert len(said(row)) == 21
    assert len(set(costs)) == 1
    assert costs[0] <= 30
