"""ETags: whoever has seen a thing changes it only while it is as they have seen it."""

import pytest

from conversations.models import Conversation
from tests import make
from tests.at_once import at_once
from tests.orders import shop
from tests.rest import Program, is_problem

pytestmark = pytest.mark.once


@pytest.fixture
def program(ana) -> Program:
    return Program(ana)


def seen(program: Program, path: str) -> str:
    return program.get(path)["ETag"]


def change(program: Program, path: str, etag: str, body: object = None, method: str = "post"):
    ask = getattr(program.client, method)
    return ask(f"/api/v1/{path}", body or {}, content_type="application/json", headers={"If-Match": etag})


def test_a_verb_is_done_to_what_was_seen(program, conversation):
    path = f"conversations/{conversation.pk}"
    answer = change(program, f"{path}/close", seen(program, path))
    assert (answer.status_code, answer.json()["state"]) == (200, "closed")
    assert answer["ETag"] == seen(program, path)


def test_a_verb_is_refused_once_it_has_changed_and_tells_what_it_is_now(program, conversation, ben):
    path = f"conversations/{conversation.pk}"
    before = seen(program, path)
    conversation.assign_to(ben, by=None)
    refused = change(program, f"{path}/close", before)
    assert is_problem(refused, 412, "changed")
    assert refused.json()["current"] == program.get(path).json()
    assert refused["ETag"] == refused.json()["etag"] == seen(program, path)
    assert Conversation.objects.get().state == "assigned"


@pytest.mark.parametrize("wanted", ["*", '"other", {etag}', "{etag}"])
def test_any_of_several_versions_will_do(wanted, program, conversation):
    path = f"conversations/{conversation.pk}"
    wanted = wanted.replace("{etag}", seen(program, path))
    assert change(program, f"{path}/close", wanted).status_code == 200


@pytest.mark.parametrize("wanted", ["", "nonsense", '"other"', "W/"])
def test_what_is_no_version_of_it_fits_nothing(wanted, program, conversation):
    answer = change(program, f"conversations/{conversation.pk}/close", wanted)
    assert answer.status_code == (412 if wanted else 200)


def test_a_list_has_no_version(program, conversation, mug):
    body = {"conversation": conversation.pk, "lines": [{"sku": "MUG", "quantity": 1}]}
    assert is_problem(change(program, "orders", "*", body), 412, "changed")


@pytest.fixture
def mug(db):
    return shop.variant(2200, stock=5, sku="MUG")


def test_an_order_has_one_too(program, conversation, mug, ana):
    order = shop.placed(conversation, mug, by=ana)
    before = seen(program, f"orders/{order.pk}")
    assert change(program, f"orders/{order.pk}/pay", before, {"method": "cash"}).status_code == 200
    assert is_problem(change(program, f"orders/{order.pk}/fulfil", before), 412, "changed")


def test_oneself_has_one_too(program):
    before = seen(program, "me")
    assert change(program, "me", before, {"time_zone": "Europe/Berlin"}, "patch").status_code == 200
    assert is_problem(change(program, "me", before, {"time_zone": "UTC"}, "patch"), 412, "changed")


def test_what_somebody_has_already_is_not_told_again(program, conversation):
    path = f"/api/v1/conversations/{conversation.pk}"
    etag = program.client.get(path)["ETag"]
    again = program.client.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)


def test_a_key_and_a_version_together_are_told_again(program, conversation):
    """The first time has changed what the version was of."""
    path = f"conversations/{conversation.pk}"
    headers = {"If-Match": seen(program, path), "Idempotency-Key": "press-1"}
    answers = [
        program.client.post(f"/api/v1/{path}/close", "{}", "application/json", headers=headers) for _ in range(2)
    ]
    assert [each.status_code for each in answers] == [200, 200]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_several_who_saw_the_same_one_changes_it(ana, webchat):
    row = make.conversation(webchat)
    path = f"conversations/{row.pk}"
    etag = seen(Program(ana), path)

    def press() -> int:
        return change(Program(ana), f"{path}/close", etag).status_code

    assert sorted(at_once(*[press] * 3)) == [200, 412, 412]
