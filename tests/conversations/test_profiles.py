"""Who a customer is: their provider is asked once, and again when they come back after a month."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery.signals import task_prerun
from django.utils import timezone

from channels_app.border import Fetched, Inbound, Sender
from channels_app.verdicts import Refused, Verdict
from conversations.incoming import intake
from conversations.incoming.profiles import LATER, TOGETHER
from conversations.models import Identity
from tests import make
from tests.conversations.test_media import HTML, drawn, opened
from tests.courier import Courier

FACE = "https://cdn.example.org/face"
NORA = Sender("nora", name="Nora Lind", username="nora.l", phone="+4912345", picture=FACE, verified=True)


@pytest.fixture
def nora(courier, worker, django_capture_on_commit_callbacks) -> Callable[..., Identity]:
    """Nora writes, and the workers do what that calls for. Her provider knows all of `NORA`."""
    Courier.knows["nora"] = NORA
    Courier.holds[FACE] = Fetched(drawn("JPEG", size=(600, 400)))

    def write(**sender: Any) -> Identity:
        at = timezone.now()
        with django_capture_on_commit_callbacks(execute=True):
            intake.receive(courier, Inbound(f"m-{at}", Sender("nora", **sender), at=at, text="Hello"))
        return Identity.objects.select_related("contact").get(external_id="nora")

    return write


def test_after_the_first_message_the_provider_tells_who_it_is(nora):
    identity = nora()

    assert (identity.contact.name, identity.contact.phone) == ("Nora Lind", "+4912345")
    assert (identity.username, identity.verified) == ("nora.l", True)


def test_the_picture_is_copied_small_and_square(nora):
    picture = opened(nora().contact.picture.read())

    assert (picture.format, picture.size) == ("WEBP", (192, 192))


def test_it_is_asked_once(nora):
    nora()
    nora()

    assert Courier.asked == ["nora", FACE]


def test_of_many_who_write_at_once_a_few_tasks_ask_for_each_once(
    courier, worker, django_capture_on_commit_callbacks
) -> None:
    tasks_ran: list[str] = []

    def note(task: Any, **_: Any) -> None:
        tasks_ran.append(task.name.rpartition(".")[2])

    task_prerun.connect(note)
    everybody = [f"customer-{number}" for number in range(2 * TOGETHER + 1)]
    with django_capture_on_commit_callbacks(execute=True):
        intake.receive_all(
            courier,
            [
                Inbound(f"{each}-{again}", Sender(each), at=timezone.now(), text="Hello")
                for each in everybody
                for again in range(2)
            ],
        )

    assert sorted(Courier.asked) == sorted(everybody)
    assert tasks_ran.count("fetch_profiles") == 3


def test_it_is_asked_again_when_they_write_after_a_month_and_the_old_picture_goes(nora, time_machine, tmp_path):
    nora()
    time_machine.move_to(timezone.now() + timedelta(days=31))
    Courier.holds[FACE] = Fetched(drawn("PNG", size=(300, 300)))

    nora()

    assert Courier.asked.count("nora") == 2
    assert len([each for each in tmp_path.rglob("*") if each.is_file()]) == 1


def test_a_name_that_is_known_stays(nora):
    assert nora(name="Nora from the shop").contact.name == "Nora from the shop"


def test_who_has_only_a_user_name_is_called_by_it(nora):
    Courier.knows["nora"] = Sender("nora", username="nora.l")

    assert nora().contact.name == "nora.l"


def test_where_the_message_brings_name_and_picture_nobody_is_asked(nora):
    identity = nora(name="Nora", picture=FACE)

    assert Courier.asked == [FACE]
    assert identity.contact.picture


@pytest.mark.parametrize("held", [Fetched(HTML), Fetched(b""), Refused(Verdict.PERMANENT, "Gone.")])
def test_without_a_picture_that_can_be_had_the_name_is_kept_all_the_same(nora, held):
    Courier.holds[FACE] = held
    contact = nora().contact

    assert (contact.name, contact.picture.name) == ("Nora Lind", "")


def test_a_provider_that_does_not_know_them_is_not_asked_again(nora):
    del Courier.knows["nora"]
    nora()
    nora()

    assert Courier.asked == ["nora"]


def test_after_a_stumble_the_next_message_after_an_hour_asks_again(nora, time_machine):
    Courier.knows["nora"] = Refused(Verdict.RETRY, "The provider stumbled.")
    nora()
    nora()
    assert Courier.asked == ["nora"]

    time_machine.move_to(timezone.now() + LATER + timedelta(seconds=1))
    Courier.knows["nora"] = NORA

    assert nora().contact.name == "Nora Lind"


def test_after_a_refusal_for_good_a_month_passes(nora, time_machine):
    Courier.knows["nora"] = Refused(Verdict.PERMANENT, "Not allowed.")
    nora()
    time_machine.move_to(timezone.now() + timedelta(days=29))
    nora()

    assert Courier.asked == ["nora"]


def test_pages_hear_that_somebody_has_a_name_now(nora):
    identity = nora()

    assert identity.conversations.get().events.filter(verb="introduce").count() == 1


def test_a_channel_that_knows_nobody_is_asked_nothing(webchat, worker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        message = make.message(webchat)

    assert message.conversation.identity.profile_at is None
