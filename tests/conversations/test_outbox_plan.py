"""What the sweep of the outbox costs does not grow with what waits: it reads an index, of the channels that carry."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from conversations.models import Message
from tests import make

pytestmark = pytest.mark.postgresql
WAITING = 20_000


def test_the_sweep_reads_what_is_due_from_its_index(pigeon, sales, ana):
    cut_off, row = make.channel("pigeon", sales), make.conversation(pigeon)
    row.reply("Hello", by=ana)
    held = make.conversation(cut_off)
    cut_off.suspend("Gone.")
    long_ago = timezone.now() - timedelta(days=1)
    Message.objects.bulk_create(
        Message(conversation=held, channel=cut_off, author_kind="teammate", status="queued", text="x", at=long_ago)
        for _ in range(WAITING)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE conversations_message")

    plan = Message.objects.overdue().explain(analyze=True)

    assert "message_due" in plan
    assert "Seq Scan on conversations_message" not in plan
