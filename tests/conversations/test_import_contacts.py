"""Contacts from a file: looked at line by line, taken in once, and never over what Monty knows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.models import Alias, Attribute, Contact, Identity, Import
from teams.models import AuditEntry
from teams.models.keeping import forget_old
from tests import make
from tests.importing import bring, carried_out, counts, problems

CSV = """identifier,name,email,phone,country,created
psid-1,Nora Nilsen,nora@example.org,+47 22 22 22 22,Norway,2024-03-01T09:30:00Z
psid-2,Omar Odeh,,,,
"""


@pytest.fixture
def page(sales):
    return make.channel("facebook", sales)


@pytest.fixture
def boss(db):
    return make.teammate("boss")


def test_a_file_is_only_looked_at_before_somebody_says_so(page, boss):
    looked = bring(CSV, page, boss)
    assert (looked.state, counts(looked)) == ("looked", (2, 0, 0))
    assert looked.sample[0]["cells"] == ["Nora Nilsen", "nora@example.org", "+4722222222", "psid-1", "Country: Norway"]
    assert not Contact.objects.exists()


def test_contacts_come_in_with_their_id_on_the_channel(page, boss):
    done = carried_out(bring(CSV, page, boss))
    assert (done.state, counts(done)) == ("done", (2, 0, 0))
    nora = Identity.objects.get(channel=page, external_id="psid-1").contact
    assert (nora.name, nora.email, nora.phone, nora.country) == (
        *("Nora Nilsen", "nora@example.org", "+4722222222", "Norway"),
    )
    assert nora.created_at == datetime(2024, 3, 1, 9, 30, tzinfo=UTC)


def test_who_came_from_a_file_is_known_when_they_write(page, boss):
    carried_out(bring(CSV, page, boss))
    written = make.message(page, who="psid-1", name="")
    assert written.conversation.contact.name == "Nora Nilsen"
    assert Contact.objects.count() == 2


def test_the_same_file_again_brings_nothing(page, boss):
    carried_out(bring(CSV, page, boss))
    again = carried_out(bring(CSV, page, boss))
    assert counts(again) == (0, 2, 0)
    assert Contact.objects.count() == 2


def test_what_monty_knows_is_not_overwritten_and_what_it_does_not_is_filled_in(page, boss):
    known = make.message(page, who="psid-1", name="Nora N.").conversation.contact
    assert counts(carried_out(bring(CSV, page, boss))) == (1, 1, 0)
    known.refresh_from_db()
    assert (known.name, known.email) == ("Nora N.", "nora@example.org")
    assert known.created_at.year > 2024


def test_attributes_of_the_supervisors_own_are_taken(page, boss):
    Attribute.objects.create(key="size", label="Size", kind="number")
    file = {"contacts": [{"identifier": "psid-1", "attributes": {"size": 42, "shoe": "left"}}]}
    done = carried_out(bring(file, page, boss))
    assert Contact.objects.get().attributes == {"size": 42}
    assert done.left_out == {"column": ["shoe"]}


def test_a_wrong_line_is_told_by_line_and_column_and_keeps_no_other_out(page, boss):
    text = "identifier,name,email,created\n,Nobody,,\np1,One,no-mail,2999-01-01\np2,Two,,\n"
    done = carried_out(bring(text, page, boss))
    assert counts(done) == (1, 0, 2)
    assert problems(done) == [(2, "identifier"), (3, "email"), (3, "created")]
    assert Contact.objects.get().name == "Two"


def test_a_file_from_a_spreadsheet_may_have_a_mark_and_semicolons(page, boss):
    excel = '\ufeffIdentifier;Name;Phone\r\npsid-1;"Nilsen; Nora";\'+4722222222\r\n'.encode()
    carried_out(bring(excel, page, boss))
    assert (Contact.objects.get().name, Contact.objects.get().phone) == ("Nilsen; Nora", "+4722222222")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        ("", "nothing"),
        ("identifier,name\n", "nothing"),
        ('{"contacts": [', "no JSON"),
        ('{"contacts": [1e999]}', "no JSON"),
        ("[" * 5000 + "]" * 5000, "too deeply"),
        ('{"conversations": []}', "nothing"),
        ('name\n"' + "x" * 200_000 + '"', "no CSV"),
    ],
)
def test_what_is_no_such_file_is_said_in_words(page, boss, content, word):
    broken = bring(content, page, boss)
    assert broken.state == "broken"
    assert word in broken.problem
    assert not default_storage.exists(broken.file.name)


def test_records_that_are_no_objects_are_refused(page, boss):
    assert problems(bring({"contacts": [7, "x", None, {"identifier": {}}]}, page, boss)) == [
        *((1, ""), (2, ""), (3, ""), (4, "identifier"), (4, "identifier"))
    ]


def test_two_ids_never_become_one_person_by_a_mistake_of_the_file(page, boss):
    carried_out(bring("identifier,id\np1,1\np2,2\n", page, boss))
    torn = carried_out(bring("identifier,id\np1,2\np3,3\np4,3\n", page, boss))
    assert counts(torn) == (1, 0, 2)
    assert Identity.objects.count() == 3
    assert set(Alias.objects.values_list("external_id", flat=True)) == {"import:1", "import:2", "import:3"}


def test_on_whatsapp_a_number_is_enough(sales, boss):
    whatsapp = make.channel("whatsapp", sales)
    carried_out(bring("name,phone\nNora,+47 22222222\n", whatsapp, boss))
    assert Identity.objects.get().external_id == "4722222222"


def test_on_a_website_it_is_its_user(webchat, boss):
    carried_out(bring("identifier,name\n17,Nora\n", webchat, boss))
    assert Identity.objects.get().external_id == "user:17"


def test_many_contacts_cost_few_queries(page, boss):
    def cost(number: int, prefix: str) -> int:
        rows = "".join(f"{prefix}{each},Name {each}\n" for each in range(number))
        row = bring(f"identifier,name\n{rows}", page, boss)
        with CaptureQueriesContext(connection) as captured:
            carried_out(row)
        return len(captured)

    assert cost(60, "b") == cost(3, "a")


def test_what_was_done_stands_in_the_audit_log_and_the_file_is_gone(page, boss):
    done = carried_out(bring(CSV, page, boss))
    entry = AuditEntry.objects.get(kind="conversations.import", deed="added")
    assert (entry.actor, entry.data["new"], entry.data["channel"]) == (boss, 2, page.name)
    assert not default_storage.exists(done.file.name)


def test_old_imports_are_forgotten_with_what_they_refused(page, boss, django_capture_on_commit_callbacks, time_machine):
    row = bring("identifier\n,\n;\nx\n", page, boss)
    time_machine.move_to(timezone.now() + timedelta(days=31))
    with django_capture_on_commit_callbacks(execute=True):
        forget_old("conversations.import")
    assert not Import.objects.exists()
    assert not default_storage.exists(row.file.name)
