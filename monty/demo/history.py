"""Plays the stories through the product's own verbs, then moves each into its place in the past weeks."""

import io
import random
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from channels_app.border import File, Inbound, Sender
from channels_app.models import Channel
from channels_app.simulator.providers import PROVIDERS
from conversations import window
from conversations.incoming import intake
from conversations.models import Conversation, Episode, Event, Message, Meter, Status
from monty.demo.stories import ARABIC_NAMES, FIRST_NAMES, LAST_NAMES, STORIES, UNFINISHED, Story
from teams.models import Teammate

FINISHED = 180
GOING_ON = 24
# The providers' numbers for the history's customers begin here; those of the phone's own cast are below.
AT_PROVIDERS = 1000


class History:
    """One seed, one history: the demo looks the same on every machine."""

    def __init__(self, channels: list[Channel], people: dict[str, Teammate]) -> None:
        self.chance = random.Random(20)  # noqa: S311  (a demo's dice, not a secret's)
        self.channels = channels
        self.people = people
        self.count = 0

    def write(self) -> int:
        """Write everything in one transaction; the number of conversations made."""
        with transaction.atomic():
            for _ in range(FINISHED):
                ended = timezone.now() - timedelta(hours=self.chance.uniform(3, 24 * 35))
                self.tell(self.chance.choice(STORIES), ended)
            for number in range(GOING_ON):
                story = self.chance.choice(UNFINISHED)
                minutes = self.chance.uniform(1, 60 + 40 * number)
                if all(who == "customer" for who, _text in story):
                    minutes = min(minutes, self.chance.uniform(1, minutes_of_today()))
                self.tell(story, timezone.now() - timedelta(minutes=minutes))
            Event.objects.update(published=True)
            Meter.objects.ask_for_all()
            # What happened weeks ago needs no announcing now.
            transaction.get_connection().run_on_commit.clear()
        return self.count

    def tell(self, story: Story, latest: datetime) -> None:
        """Play one story so that its last step happened at `latest`."""
        self.count += 1
        channel = self.chance.choice(self.channels)
        sender = self.customer(channel)
        agent = self.agent_for(channel)
        conversation = None
        for number, (who, text) in enumerate(story):
            if who in ("customer", "picture"):
                conversation = self.customer_says(channel, sender, text, number, who == "picture")
            elif conversation is not None:
                self.agent_does(conversation, agent, who, text)
        if conversation is not None:
            rewind(conversation, latest, self.chance)

    def customer(self, channel: Channel) -> Sender:
        name = f"{self.chance.choice(FIRST_NAMES)} {self.chance.choice(LAST_NAMES)}"
        if self.chance.random() < 0.06:
            name = self.chance.choice(ARABIC_NAMES)
        if channel.kind not in PROVIDERS:
            return Sender(external_id=f"demo-{self.count}", name=name, verified=True)
        person = PROVIDERS[channel.kind](channel.external_id).person(AT_PROVIDERS + self.count)
        return Sender(external_id=person["external_id"], name=name, verified=True, phone=person.get("phone", ""))

    def agent_for(self, channel: Channel) -> Teammate:
        team = channel.team.name if channel.team else self.chance.choice(["Sales", "Support"])
        return self.people[self.chance.choice(["ana", "ben"]) if team == "Sales" else "cara"]

    def customer_says(
        self, channel: Channel, sender: Sender, text: str, number: int, with_picture: bool
    ) -> Conversation:
        files = (drawing(self.chance),) if with_picture else ()
        inbound = Inbound(f"{sender.external_id}-{number}", sender, at=timezone.now(), text=text, files=files)
        return intake.receive(channel, inbound)[0].conversation

    def agent_does(self, conversation: Conversation, agent: Teammate, what: str, text: str) -> None:
        if what == "note":
            conversation.note(text, by=agent)
        elif what == "label":
            conversation.label(add=[text], by=agent)
        elif what == "close":
            conversation.close(by=agent, reason=text)
        elif what == "drop":
            conversation.drop(text, by=agent)
        else:
            self.answer(conversation, agent, text)

    def answer(self, conversation: Conversation, agent: Teammate, text: str) -> None:
        if conversation.assignee_id is None:
            conversation.assign_to(agent, by=agent if self.chance.random() < 0.5 else None)
        message = conversation.reply(text, by=agent).message
        conversation.deliver([message], self.chance.choice([Status.SENT, Status.READ, Status.READ]), by=None)


def minutes_of_today() -> float:
    """Who has no answer yet wrote today: while Sales was at work, Auto Assign would have given it to somebody."""
    return (timezone.localtime() - timezone.localtime().replace(hour=0, minute=0, second=0)) / timedelta(minutes=1)


def rewind(conversation: Conversation, latest: datetime, chance: random.Random) -> None:
    """Spread a conversation's events backwards from `latest`, minutes apart (a come-back: many hours)."""
    events = list(conversation.events.order_by("-pk").select_related("message"))
    at = latest
    for event, earlier in [*pairwise(events), (events[-1], None)]:
        event.at = at
        came_back = earlier is not None and earlier.verb in ("close", "drop")
        pause = timedelta(hours=chance.uniform(3, 12)) if came_back else timedelta(minutes=chance.expovariate(1 / 9))
        quick = event.verb in ("receive", "deliver") and earlier is not None and earlier.verb in ("start", "reply")
        at -= timedelta(seconds=chance.uniform(1, 20)) if quick else pause
    keep(events)
    retell(conversation, events[::-1])


def keep(events: list[Event]) -> None:
    """Store the events' new times, and give them to their messages."""
    Event.objects.bulk_update(events, ["at"])
    messages = {event.message.pk: event.message for event in events if event.message}
    for event in events:
        if event.message and event.verb != "deliver":
            messages[event.message.pk].at = event.at
    Message.objects.bulk_update(messages.values(), ["at"])


def retell(conversation: Conversation, events: list[Event]) -> None:
    """Make the conversation's and its episodes' times agree with its events'."""
    inquiries = [event.at for event in events if event.verb == "receive"]
    spoken = [event for event in events if event.verb in ("receive", "reply")]
    conversation.refresh_from_db()
    until = window.deadline(conversation.channel, inquiries[-1])
    Conversation.objects.filter(pk=conversation.pk).update(
        started_at=events[0].at,
        inquiry_at=inquiries[-1],
        window_until=until,
        window_shut=until is not None and until <= timezone.now(),
        waiting_since=conversation.waiting_since and waiting_since(spoken),
        last_message_at=spoken[-1].at,
    )
    Episode.objects.filter(conversation=conversation).delete()
    Episode.objects.follow(events)


def waiting_since(spoken: list[Event]) -> datetime:
    """When the customer's oldest unanswered message came."""
    unanswered = len(spoken)
    while unanswered and spoken[unanswered - 1].verb == "receive":
        unanswered -= 1
    return spoken[unanswered].at


def drawing(chance: random.Random) -> File:
    """A picture a customer might send, drawn on the spot."""
    image = Image.new("RGB", (640, 420), (226, 218, 204))
    pen = ImageDraw.Draw(image)
    for shelf in range(3):
        top = 60 + shelf * 110
        pen.rectangle((90, top, 550, top + 90), fill=(170 - shelf * 18, 132 - shelf * 12, 92), outline=(98, 70, 44))
        pen.ellipse((300, top + 36, 340, top + 56), fill=(60, 52, 44))
    pen.line((90, 150, 90 + chance.randint(20, 60), 180), fill=(190, 40, 30), width=6)
    out = io.BytesIO()
    image.save(out, format="JPEG", quality=85)
    return File("cabinet.jpg", out.getvalue(), "image/jpeg", width=640, height=420)
