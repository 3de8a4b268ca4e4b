"""Reports by page, CSV and REST: the same numbers, for the same people; and the lists behind them."""

import csv
import html
import io
import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conversations.models import Conversation, Label
from conversations.reports.base import REPORTS
from teams.models import AuditEntry
from tests import make
from tests.conversations.reports.conftest import measured
from tests.rest import Program, is_problem

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NAMES = ["volume", "response", "resolution", "drops", "load"]
NOVEMBER = {"since": "2026-11-01", "until": "2026-11-30"}


@pytest.fixture
def history(at, webchat, support, ana, ben, cara) -> list[Conversation]:
    """Three days of Sales, and one conversation of Support."""
    rows = []
    for day, who, person in ((2, "nora", ana), (3, "omar", ben), (4, "pia", ana)):
        at(f"11-0{day} 09:00")
        row = make.message(webchat, who=who, name=who.title()).conversation
        at(f"11-0{day} 09:0{day}")
        row.assign_to(person, by=None)
        row.reply("Hello", by=person)
        at(f"11-0{day} 1{day}:00")
        row.close(by=person)
        rows.append(row)
    other = make.message(make.channel("webchat", support), who="quin", name="Quin").conversation
    other.drop(by=cara)
    at("11-05 12:00")
    measured()
    return [*rows, other]


def page(person: Any, address: str, **asked: Any) -> Any:
    client = Client()
    client.force_login(person)
    return client.get(address, asked)


def read_csv(person: Any, name: str, **asked: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(page(person, f"/reports/{name}/csv/", **asked).getvalue().decode("utf-8-sig"))))


@pytest.mark.parametrize(("name", "by"), [(name, by.value) for name in NAMES for by in REPORTS[name].by])
def test_page_csv_and_rest_say_the_same(history, boss, name, by):
    asked = NOVEMBER | {"by": by}
    answer = Program(boss).get(f"reports/{name}", **asked).json()
    table = page(boss, f"/reports/{name}/", **asked).context["table"]
    heads, *lines = read_csv(boss, name, **asked)
    keys = [figure["key"] for figure in answer["figures"]]

    assert [card.cell.value for card in table.cards] == [answer["whole"][key] for key in keys]
    assert [line.name for line in table.lines] == [row["name"] for row in answer["rows"]]
    for line, row, written in zip(table.lines, answer["rows"], lines, strict=False):
        assert {cell.figure.key: cell.value for cell in line.cells} == row["values"]
        assert [float(each) if each else None for each in written[1:]] == [
            None if row["values"].get(key) is None else pytest.approx(row["values"][key], abs=1e-6) for key in keys
        ]
    assert len(lines) == len(table.lines) + 2
    assert len(heads) == len(keys) + 1


def test_the_page_says_what_each_figure_means_and_how_it_was_before(history, boss):
    shown = page(boss, "/reports/volume/", since="2026-11-04", until="2026-11-04", by="day").content.decode()
    for figure in REPORTS["volume"].figures:
        assert html.escape(str(figure.definition)) in shown
    assert "before: 1" in shown
    assert "Before: 3 Nov 2026" in shown


def test_whole_months_are_set_beside_as_many_before(history, boss):
    table = page(boss, "/reports/volume/", since="2026-10-01", until="2026-11-30").context["table"]
    assert table.question.period.before.since == date(2026, 8, 1)


def test_every_number_opens_the_conversations_behind_it(history, boss):
    for name in ("volume", "response", "resolution", "drops"):
        shown = page(boss, f"/reports/{name}/", **NOVEMBER, by="team").context["table"]
        cells = [card.cell for card in shown.cards] + [cell for line in shown.lines for cell in line.cells]
        for cell in cells:
            if cell.value and cell.figure.unit == "count":
                assert len(entries(boss, cell.behind)) == cell.value, cell.figure.key
            elif cell.value:
                assert entries(boss, cell.behind), cell.figure.key


def entries(person: Any, address: str) -> list[str]:
    parts = urlsplit(address)
    asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return re.findall(r"/conversations/(\d+)/\"", page(person, parts.path, **asked).content.decode())


@pytest.mark.parametrize("by", ["teammate", "day", "hour", "channel"])
def test_a_rows_number_opens_its_own(history, boss, by):
    table = page(boss, "/reports/volume/", **NOVEMBER, by=by).context["table"]
    closed = [next(cell for cell in line.cells if cell.figure.key == "closed") for line in table.lines]
    assert sum(int(cell.value or 0) for cell in closed) == 3
    for cell in closed:
        assert not cell.value or len(entries(boss, cell.behind)) == cell.value


def test_a_percentile_opens_what_took_at_least_as_long(history, boss):
    table = page(boss, "/reports/response/", **NOVEMBER).context["table"]
    [p90] = [card.cell for card in table.cards if card.figure.key == "first_response_p90"]
    assert entries(boss, p90.behind) == [str(history[2].pk)]


def test_what_is_behind_comes_in_pages(at, webchat, boss):
    at("11-02 09:00")
    for number in range(53):
        make.message(webchat, who=f"visitor-{number}")
    measured()
    asked = NOVEMBER | {"figure": "started"}
    first = page(boss, "/reports/volume/conversations/", **asked)
    second = page(boss, "/reports/volume/conversations/", **asked, after=first.context["page"].more)
    numbers = [entry.row.conversation_id for each in (first, second) for entry in each.context["page"].entries]
    assert len(numbers) == len(set(numbers)) == 53
    assert second.context["page"].more == ""


# --- Who may ----------------------------------------------------------------------------------------------------------

DOORS = ["/reports/", "/reports/volume/", "/reports/volume/csv/", "/reports/volume/conversations/?figure=started"]


@pytest.mark.parametrize("address", DOORS)
def test_who_may_not_read_reports_is_refused(history, ana, address):
    assert page(ana, address).status_code == 403


@pytest.mark.parametrize("address", DOORS)
def test_a_stranger_is_asked_to_log_in(db, client, address):
    assert client.get(address)["Location"].startswith("/login/")


def test_rest_refuses_likewise(history, ana):
    assert is_problem(Program(ana).get("reports/volume"), 403, "forbidden")
    assert is_problem(Program(ana).get("reports"), 403, "forbidden")
    assert Program(None).get("reports/volume").status_code == 401


def test_the_left_pane_leads_there_whoever_may(ana, reader):
    assert 'href="/reports/"' in page(reader, "/").content.decode()
    assert 'href="/reports/"' not in page(ana, "/").content.decode()


def test_a_reader_is_told_of_their_teams_only(history, reader, boss, sales):
    assert Program(reader).get("reports/volume", **NOVEMBER).json()["whole"]["started"] == 3
    assert Program(boss).get("reports/volume", **NOVEMBER).json()["whole"]["started"] == 4
    assert [row["key"] for row in Program(reader).get("reports/volume", by="team", **NOVEMBER).json()["rows"]] == [
        sales.pk
    ]


def test_another_team_cannot_be_asked_for(history, reader, support, cara):
    assert is_problem(Program(reader).get("reports/volume", team=support.pk), 400, "invalid")
    assert is_problem(Program(reader).get("reports/volume", team="none"), 400, "invalid")
    of_cara = Program(reader).get("reports/drops", teammate=cara.pk, **NOVEMBER).json()
    assert of_cara["whole"]["dropped"] == 0


def test_a_reader_without_a_team_is_told_nothing(history, reader, sales):
    reader.teams.clear()
    answer = Program(reader).get("reports/volume", **NOVEMBER).json()
    assert answer["whole"]["started"] == 0


def test_what_went_to_another_team_is_counted_but_not_listed(history, reader, support, ana):
    row = history[0]
    Conversation.objects.filter(pk=row.pk).update(team=support)
    answer = page(reader, "/reports/volume/conversations/", **NOVEMBER, figure="closed")
    assert len(answer.context["page"].entries) == 2
    assert "not listed here" in answer.content.decode()


# --- Wrong questions, and what they cost ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-11-03", "until": "2026-11-01"}, "since"),
        ({"since": "1990-01-01", "until": "2026-11-01"}, "since"),
        ({"since": "2026-01-01", "until": "2026-11-01", "by": "day"}, "by"),
        ({"by": "moon"}, "by"),
        ({"hour": "24"}, "hour"),
        ({"label": "999999"}, "label"),
        ({"channel": "x"}, "channel"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_words(boss, asked, field):
    answer = Program(boss).get("reports/volume", **asked)
    assert is_problem(answer, 400, "invalid")
    assert field in answer.json()["errors"]
    assert page(boss, "/reports/volume/", **asked).status_code == 400


@pytest.mark.parametrize(
    "address", ["/reports/moon/", "/reports/moon/csv/", "/reports/volume/conversations/?figure=moon"]
)
def test_what_is_not_there_is_not_found(boss, address):
    assert page(boss, address).status_code == 404


def test_there_is_no_such_report_for_programs_either(boss):
    assert Program(boss).get("reports/moon").status_code == 404


def test_a_name_that_a_spreadsheet_would_calculate_is_harmless(history, boss, sales):
    sales.name = "=1+1"
    sales.save()
    assert "'=1+1" in [line[0] for line in read_csv(boss, "volume", **NOVEMBER, by="team")]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_costs_the_same_however_much_there_is(at, webchat, ana, boss, name):
    def queries() -> int:
        measured()
        page(boss, f"/reports/{name}/", **NOVEMBER, by="teammate")
        with CaptureQueriesContext(connection) as captured:
            page(boss, f"/reports/{name}/", **NOVEMBER, by="teammate")
        return len(captured)

    def more(number: int, person: Any) -> None:
        Label.objects.get_or_create(name="Refund")
        for each in range(number):
            at(f"11-0{each % 5 + 1} 09:00")
            row = make.message(webchat, who=f"{person}-{each}").conversation
            row.label(["Refund"], by=person)
            row.assign_to(person, by=person)
            row.close(by=person)

    more(1, ana)
    of_one = queries()
    for number in range(3):
        more(4, make.teammate(f"more-{number}", ana.teams.get()))
    assert queries() == of_one


def test_the_default_is_four_weeks_up_to_today(at, boss):
    at("11-28 12:00")
    answer = Program(boss).get("reports/volume").json()
    assert (answer["since"], answer["until"], answer["by"]) == ("2026-11-01", "2026-11-28", "day")
    assert len(answer["rows"]) == timedelta(days=28).days


def test_whoever_takes_a_report_along_is_told_in_the_audit_log(history, boss):
    read_csv(boss, "volume", **NOVEMBER, by="team")
    page(boss, "/reports/volume/", **NOVEMBER)
    told = AuditEntry.objects.get(deed="exported")
    assert (told.actor, told.kind, told.subject) == (boss, "conversations.fact", "facts")
    assert told.data == {"report": "volume", "form": "csv", "asked": "since=2026-11-01&until=2026-11-30&by=team"}
