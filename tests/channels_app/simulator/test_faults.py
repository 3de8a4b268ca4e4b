"""Faults do what they say: to the caller, to the message, and no longer than asked."""

import pytest

from channels_app.simulator import customer, faults
from channels_app.simulator.faults import FAULTS
from channels_app.simulator.models import Account, Hook, Message
from channels_app.simulator.refusals import Refusal
from tests.channels_app.simulator.conftest import Api, nora
from tests.channels_app.test_graph import ROWS

pytestmark = pytest.mark.once


@pytest.fixture(params=["facebook", "instagram", "whatsapp", "twitter"])
def anywhere(request, account) -> Account:
    made = account(request.param)
    customer.write(nora(made), text="Hello")
    # Nobody waits in these tests.
    Account.objects.update(hang=0)
    return made


def send(account: Account, text: str = "Hi") -> tuple[int, object]:
    person, api = nora(account), Api(account)
    path, body = {
        "whatsapp": (
            "me/messages",
            {"messaging_product": "whatsapp", "recipient": person.external_id, "type": "text", "text": {"body": text}},
        ),
        "twitter": (f"dm_conversations/with/{person.external_id}/messages", {"text": text}),
    }.get(account.channel.kind, ("me/messages", {"recipient": {"id": person.external_id}, "message": {"text": text}}))
    return api.post(path, body)


def accepted() -> int:
    return Message.objects.accepted().count()


def test_without_a_fault_everything_is_accepted(anywhere):
    assert send(anywhere)[0] in (200, 201)
    assert accepted() == 1


@pytest.mark.parametrize(
    ("fault", "status", "is_accepted"),
    [
        ("429", 429, False),
        ("500", 500, False),
        ("502", 502, False),
        ("500-accepted", 500, True),
        ("hang", 504, False),
        ("hang-accepted", 504, True),
    ],
)
def test_transport_faults(anywhere, fault, status, is_accepted):
    Account.objects.update(fault=fault)
    assert send(anywhere)[0] == status
    assert accepted() == is_accepted


def test_it_hangs_longer_than_monty_waits(anywhere, monkeypatch):
    from channels_app import http

    waited: list[float] = []
    monkeypatch.setattr(faults.time, "sleep", waited.append)
    Account.objects.update(fault="hang", hang=Account._meta.get_field("hang").default)
    send(anywhere)
    assert waited[0] > http.TIMEOUT.read


def test_every_code_comes_in_the_provider_s_envelope(anywhere):
    kind = anywhere.channel.kind
    for key, fault in FAULTS[kind].items():
        if key in faults.SHARED or key == "429" or fault.later:
            continue
        Account.objects.update(fault=key)
        status, body = send(anywhere)
        if kind == "twitter":
            said = f"{status}/{body['errors'][0]['code']}" if "errors" in body else str(body["status"])
            assert said == key
        else:
            code, _slash, subcode = key.partition("/")
            assert (body["error"]["code"], body["error"].get("error_subcode")) == (
                int(code),
                int(subcode) if subcode else None,
            )
    assert accepted() == 0


def test_whatsapp_reports_some_failures_later(whatsapp):
    customer.write(nora(whatsapp), text="Hello")
    Account.objects.update(fault="later-131026")
    assert send(whatsapp)[0] == 200
    assert Message.objects.accepted().get().status == "failed"
    statuses = [hook.item["statuses"][0] for hook in Hook.objects.filter(item__has_key="statuses")]
    assert [each["status"] for each in statuses] == ["sent", "failed"]
    assert statuses[1]["errors"][0]["code"] == 131026


def test_a_fault_for_the_next_two_calls_ends_by_itself(anywhere):
    Account.objects.update(fault="500", fault_left=2)
    assert [send(anywhere)[0] < 300 for _call in range(4)] == [False, False, True, True]


def test_a_share_of_calls_fails_and_the_rest_passes(facebook):
    customer.write(nora(facebook), text="Hello")
    Account.objects.update(fault="500", fault_share=50)
    statuses = [send(facebook)[0] for _call in range(40)]
    assert {200, 500} == set(statuses)
    assert accepted() == statuses.count(200)


def test_limits_say_when_to_come_again(anywhere):
    Account.objects.update(fault="429")
    with pytest.raises(Refusal) as caught:
        faults.around(Account.objects.get(), lambda _fault: {})
    headers = {name.lower() for name in caught.value.headers}
    wanted = "x-rate-limit-reset" if anywhere.channel.kind == "twitter" else "x-business-use-case-usage"
    assert wanted in headers


def test_a_fault_of_another_provider_strikes_nobody(twitter):
    Account.objects.update(fault="131047")
    assert send(twitter)[0] == 201


# Stand for a whole range, or are what the doors answer to a wrong address or a missing token.
NOT_BY_REQUEST = {
    *("80001", "80014", "210", "230", "299", "190/999"),
    *("2500", "100/33", "10/2018300", "100/2018218", "200/2018247"),
}


def test_every_error_that_monty_knows_can_be_asked_for():
    offered = {key for table in FAULTS.values() for key in table}
    assert {code for _verdict, code in ROWS} - offered == NOT_BY_REQUEST
