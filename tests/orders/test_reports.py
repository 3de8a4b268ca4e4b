"""What conversations led to, as a report beside the others: small histories, worked out by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from conversations.reports.question import By
from tests import make
from tests.conversations.reports.conftest import may_read, measured, numbers
from tests.orders import shop
from tests.rest import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(time_machine):
    def move(text):
        time_machine.move_to(datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC), tick=False)

    return move


@pytest.fixture
def history(at, webchat, support, ana):
    """Five conversations in three days, the fourth with Support; two led to orders that stand."""
    at("11-02 09:00")
    first = make.conversation(webchat, who="one")
    at("11-02 10:00")
    shop.placed(first, shop.variant(2200), by=ana)
    second = make.conversation(webchat, who="two")
    at("11-03 09:00")
    shop.placed(second, shop.variant(500), by=ana).cancel(by=ana)
    shop.draft(make.conversation(webchat, who="three"), shop.variant(), by=ana)
    at("11-04 09:00")
    shop.paid(make.conversation(make.channel("webchat", support), who="four"), shop.variant(), by=ana).refund(
        reason="Broken", by=None
    )
    fifth = make.conversation(webchat, who="five")
    at("11-05 09:00")
    shop.paid(fifth, shop.variant(), by=ana)
    measured()
    return first, second, fifth


def test_orders_are_told_with_what_became_of_them(history):
    told = {"placed": 4, "sold": 2, "cancelled": 1, "refunded": 1, "conversion": 2 / 5}
    assert numbers("orders") == told


def test_an_order_is_of_its_own_day_and_conversion_of_the_episode_s(history):
    days = numbers("orders", by=By.DAY)
    found = {day: (days[day]["placed"], days[day]["conversion"]) for day in (date(2026, 11, d) for d in range(2, 6))}
    assert [*found.values()] == [(1, 1 / 2), (1, 0.0), (1, 1 / 2), (1, None)]


@pytest.mark.parametrize("by", [By.DAY, By.MONTH, By.HOUR, By.TEAM, By.CHANNEL])
def test_rows_of_any_kind_add_up(history, by):
    rows = numbers("orders", by=by).values()
    assert sum(row["placed"] for row in rows) == 4


def test_an_order_counts_for_the_episode_before_it_and_not_for_a_later_one(at, webchat, ana):
    webchat.window = timedelta(days=31)
    webchat.save()
    at("11-02 09:00")
    row = make.conversation(webchat)
    row.assign_to(ana, by=None)
    shop.placed(row, shop.variant(), by=ana)
    row.refresh_from_db()
    row.close(by=ana)
    at("11-10 09:00")
    row.reopen(by=ana)
    measured()
    assert numbers("orders")["conversion"] == 1 / 2


def test_a_number_opens_its_conversations_as_far_as_one_reads(history, client, sales):
    first, second, fifth = history
    reader = may_read(make.teammate("rita"), sales)
    client.force_login(reader)
    period = {"since": "2026-11-01", "until": "2026-11-30"}

    def behind(figure):
        page = client.get("/reports/orders/conversations/", {**period, "figure": figure}).context["page"]
        return [(entry.row.conversation, entry.told) for entry in page.entries]

    assert behind("conversion") == [(fifth, ""), (first, "")]
    assert behind("cancelled") == [(second, "2026-00002 · €5.00")]
    page = client.get("/reports/orders/", period).content.decode()
    assert "50.0 %" in page
    assert "Conversion" in client.get("/reports/orders/csv/", period).getvalue().decode()
    assert Program(reader).get("reports/orders", **period).json()["whole"]["placed"] == 3
    assert Program(make.teammate("otto")).get("reports/orders").status_code == 403
