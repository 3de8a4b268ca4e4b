"""Messages that did not arrive, channels that want a look, and actions that ask once more: in the admin."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from channels_app.models import Channel, Delivery
from conversations.models import Conversation, Message
from monty.admin import address, page_of
from teams.models import AuditEntry
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def failed(supervisor, conversation: Conversation) -> Message:
    return make.undelivered(conversation, "failed")


def chosen(action: str, *rows: Any, **more: str) -> dict[str, Any]:
    return {"action": action, "_selected_action": [row.pk for row in rows], **more}


def test_a_failed_message_is_tried_again_by_a_button(client: Client, supervisor, failed: Message) -> None:
    assert "Retry" in client.get(page_of(failed)).content.decode()
    client.post(f"/admin/conversations/message/{failed.pk}/press/retry/")
    failed.refresh_from_db()
    assert failed.status == "queued"
    assert AuditEntry.objects.get().data == {"did": "Retry"}


def test_one_that_arrived_has_no_such_button(client: Client, supervisor, conversation: Conversation) -> None:
    message = make.undelivered(conversation, "delivered")
    assert "Retry" not in client.get(page_of(message)).content.decode()


def test_who_may_only_look_retries_nothing(client: Client, conversation: Conversation) -> None:
    message = make.undelivered(conversation, "failed")
    client.force_login(make.staff("vera", "teams.oversee", "conversations.view_message"))
    assert client.post(f"/admin/conversations/message/{message.pk}/press/retry/").status_code == 403
    message.refresh_from_db()
    assert message.status == "failed"


def test_many_are_tried_again_after_one_more_question(client: Client, supervisor, failed: Message) -> None:
    page = address(Message, "changelist")
    question = client.post(page, chosen("press_retry", failed)).content.decode()
    assert "Send these messages once more?" in question
    failed.refresh_from_db()
    assert failed.status == "failed"
    answer = client.post(page, chosen("press_retry", failed, confirmed="yes"), follow=True)
    assert "1 done." in answer.content.decode()
    failed.refresh_from_db()
    assert failed.status == "queued"


def test_one_that_cannot_go_out_is_named_and_keeps_none_of_the_others(client, supervisor, failed, webchat) -> None:
    row = make.conversation(webchat)
    ended = make.undelivered(row, "failed")
    row.close(by=supervisor)
    sent = client.post(
        address(Message, "changelist"), chosen("press_retry", failed, ended, confirmed="yes"), follow=True
    )
    page = sent.content.decode()
    assert "1 done." in page and "1 was left as it is" in page and f'href="{page_of(ended)}"' in page


def test_webhooks_are_read_again_after_one_more_question(client: Client, supervisor, herald: Channel) -> None:
    row = Delivery.objects.create(channel=herald, body=b"{}", state="failed", tries=3)
    page = address(Delivery, "changelist")
    assert "Read these webhooks again?" in client.post(page, chosen("press_again", row)).content.decode()
    client.post(page, chosen("press_again", row, confirmed="yes"))
    row.refresh_from_db()
    assert (row.state, row.tries) == ("new", 0)


def figures(client: Client) -> dict[str, object]:
    return {figure.label: figure.value for figure in client.get("/admin/").context["figures"]}


def test_the_front_page_counts_what_wants_a_look_and_leads_there(client, supervisor, herald, failed) -> None:
    Delivery.objects.create(channel=herald, body=b"{}", state="failed")
    Channel.objects.filter(pk=herald.pk).update(suspended_at=timezone.now(), suspended_because="token")
    told = figures(client)
    assert told["Channels that want a look"] == 1
    assert told["Webhooks not read in full"] == told["Failed messages, last 24 hours"] == 1
    assert (told["Webhooks to be read"], told["Windows about to shut"]) == (0, "0")
    listed = client.get(address(Channel, "changelist"), {"health": "unwell"}).context["cl"].result_list
    assert list(listed) == [herald]
    lately = client.get(address(Message, "changelist"), {"undelivered": "lately"}).context["cl"].result_list
    assert list(lately) == [failed]
