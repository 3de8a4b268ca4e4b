"""Monty's real adapters against the simulated providers: what they send is accepted, what they ask is answered."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from channels_app.border import Inbound, Outbound, Outfile, Template
from channels_app.models import Channel
from channels_app.simulator import business, customer, links, posting
from channels_app.simulator.faults import FAULTS, SHARED
from channels_app.simulator.models import Account, Media, Message, Person
from channels_app.verdicts import Refused, Verdict
from tests.channels_app.simulator.conftest import Network, nora

pytestmark = pytest.mark.once

KINDS = ["facebook", "instagram", "whatsapp", "twitter"]


@pytest.fixture(params=KINDS)
def channel(request, account, network) -> Channel:
    """A connected channel whose customer Nora has just written."""
    made = account(request.param)
    customer.write(nora(made), text="Hello")
    return made.channel


def account_of(channel: Channel) -> Account:
    return Account.objects.of(channel)


def to_nora(channel: Channel, **parts: Any) -> Outbound:
    return Outbound(id=4711, recipient=nora(account_of(channel)).external_id, **parts)


def accepted() -> Message:
    return Message.objects.accepted().get()


def test_a_text_arrives_and_its_id_comes_back(channel):
    external_id = channel.adapter.send(to_nora(channel, text="On its way ✓"))
    assert (accepted().external_id, accepted().text) == (external_id, "On its way ✓")


@pytest.mark.parametrize("kind", ["facebook", "whatsapp"])
def test_what_monty_sends_along_is_kept(account, network, kind):
    made = account(kind)
    customer.write(nora(made), text="Hello")
    made.channel.adapter.send(to_nora(made.channel, text="Hi"))
    assert accepted().ours == "monty:msg:4711"


@pytest.mark.parametrize("kind", ["facebook", "instagram", "whatsapp"])
def test_an_answer_to_a_message_names_it(account, network, kind):
    made = account(kind)
    asked = customer.write(nora(made), text="Which one?")
    made.channel.adapter.send(to_nora(made.channel, text="This one", reply_to=asked.external_id))
    assert accepted().reply_to == asked.external_id


@pytest.fixture
def picture(settings) -> Outfile:
    content = b"\x89PNG"
    link = f"{settings.PUBLIC_URL}/media-links/x/a.png"
    return Outfile("a.png", "image/png", len(content), lambda: content, lambda: link)


def test_a_picture_arrives(channel, picture):
    channel.adapter.send(to_nora(channel, file=picture))
    if channel.kind == "instagram":
        # By a link, which a worker of the provider follows.
        assert accepted().link == picture.link()
    else:
        assert accepted().media.read() == picture.read()


def test_the_file_behind_a_link_is_fetched_by_a_worker(instagram, network, settings):
    customer.send(nora(instagram), "image")
    there = Media.objects.get()
    message = business.accept(nora(instagram), kind="image", link=there.link)
    links.fetch(message)
    message.refresh_from_db()
    assert message.media.read() == there.read()
    gone = business.accept(nora(instagram), kind="image", link=f"{settings.PUBLIC_URL}/nowhere.png")
    links.fetch(gone)
    gone.refresh_from_db()
    assert (gone.status, gone.media) == ("failed", None)


def test_after_a_day_the_window_is_shut_as_the_adapter_knows_it(channel):
    Person.objects.filter(pk=nora(account_of(channel)).pk).update(wrote_at=timezone.now() - timedelta(days=1, hours=1))
    if channel.kind == "twitter":
        assert channel.adapter.send(to_nora(channel, text="X has no window"))
        return
    with pytest.raises(Refused) as caught:
        channel.adapter.send(to_nora(channel, text="Too late"))
    assert caught.value.verdict == Verdict.WINDOW


@pytest.mark.parametrize("kind", ["facebook", "instagram"])
def test_a_person_s_late_answer_passes_with_the_tag(account, network, kind):
    made = account(kind)
    Person.objects.filter(pk=nora(made).pk).update(wrote_at=timezone.now() - timedelta(days=3))
    made.channel.adapter.send(to_nora(made.channel, text="Sorry for the wait", tagged=True))
    assert accepted().text == "Sorry for the wait"


def test_whatsapp_s_templates_are_listed_and_pass_at_any_time(whatsapp, network):
    known = {each.name: each.status for each in whatsapp.channel.adapter.templates()}
    assert known["order_update"] == "approved"
    assert known["winter_sale"] == "paused"
    template = Template("we_are_back", "en_US")
    whatsapp.channel.adapter.send(to_nora(whatsapp.channel, text="We are back", template=template))
    assert accepted().text.startswith("We are back at the wheel")


def test_the_test_button_s_question_is_answered(channel):
    posting.post(account_of(channel))
    assert channel.adapter.check()


def test_profiles_are_told(channel):
    profile = channel.adapter.fetch_profile(nora(account_of(channel)).external_id)
    # WhatsApp has no address for that.
    assert profile is None if channel.kind == "whatsapp" else profile.name == "Nora Quist"


@pytest.mark.parametrize("kind", ["facebook", "instagram", "whatsapp"])
def test_typing_and_reading_are_seen(account, network, kind):
    made = account(kind)
    written = customer.write(nora(made), text="Hello")
    made.channel.adapter.show_typing(nora(made).external_id, last=written.external_id)
    assert nora(made).sees_typing
    made.channel.adapter.mark_read(nora(made).external_id, last=written.external_id)
    assert nora(made).read_up_to == written.pk


@pytest.mark.parametrize("kind", KINDS)
def test_a_customer_s_picture_is_fetched(account, network, kind):
    made = account(kind)
    customer.send(nora(made), "image")
    fact = told(made, network)
    fetched = made.channel.adapter.fetch_media(fact.media[0], 10**7)
    assert fetched.content == Media.objects.get().read()


@pytest.mark.parametrize("kind", KINDS)
def test_links_that_have_expired_are_refused(account, network, kind):
    made = account(kind)
    customer.send(nora(made), "image")
    fact = told(made, network)
    Account.objects.update(links_dead=True)
    with pytest.raises(Refused):
        made.channel.adapter.fetch_media(fact.media[0], 10**7)


def told(account: Account, network: Network) -> Inbound:
    posting.post(Account.objects.get(pk=account.pk))
    ((fact,),) = [[item.fact for item in account.channel.adapter.parse(body)] for body in network.bodies]
    assert isinstance(fact, Inbound)
    return fact


def test_an_expired_token_of_x_is_exchanged_once_and_the_message_sent(twitter, network, time_machine_at):
    time_machine_at(timedelta(hours=3))
    before = twitter.channel.secret("refresh_token")
    twitter.channel.adapter.send(to_nora(twitter.channel, text="Hi"))
    assert accepted().text == "Hi"
    assert Channel.objects.get(pk=twitter.channel_id).secret("refresh_token") != before


def test_a_token_that_died_asks_to_reconnect(channel, network):
    channel.configure(access_token="nonsense", refresh_token="nonsense")
    with pytest.raises(Refused) as caught:
        channel.adapter.send(to_nora(channel, text="Hi"))
    assert caught.value.verdict == Verdict.RECONNECT


def verdict(channel: Channel) -> str:
    try:
        channel.adapter.send(to_nora(channel, text="Hi"))
    except Refused as refused:
        return refused.verdict
    return "sent"


def test_no_fault_is_taken_for_success(channel):
    """Every error of the reference has a verdict; only what fails later looks sent."""
    Account.objects.update(hang=0)
    for key, fault in FAULTS[channel.kind].items():
        Account.objects.update(fault=key)
        assert (verdict(channel) == "sent") == bool(fault.later), key


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("500", {Verdict.RETRY}), ("429", {Verdict.WAIT})],
)
def test_faults_of_transport_have_their_verdicts(channel, fault, expected):
    assert fault in FAULTS[channel.kind]
    assert fault in SHARED or fault == "429"
    Account.objects.update(fault=fault)
    assert verdict(channel) in expected


def test_the_token_is_looked_after(channel):
    channel.look_after()

    days = channel.token_expires_at and round((channel.token_expires_at - timezone.now()).days, -1)
    assert days == (60 if channel.kind == "instagram" else None)


def test_a_token_that_the_simulated_provider_does_not_know_has_died(facebook, network):
    facebook.channel.configure(access_token="EAAmonty-facebook-somebody")

    with pytest.raises(Refused):
        facebook.channel.look_after()

    assert Channel.objects.get(pk=facebook.channel.pk).suspended_at is not None
