"""The demo's customers on the four outside channels, as the simulated providers know them.

Read only where the demo is: elsewhere the simulator's tables do not exist.
"""

from dataclasses import dataclass

from django.db.models import Max

from channels_app.models import Channel
from channels_app.simulator import customer, people
from channels_app.simulator.connection import connect
from channels_app.simulator.models import Account, Person
from conversations.models import Identity


def switch_on(channel: Channel) -> None:
    """Connect the channel, and let its provider know whoever wrote in the history: they can be answered."""
    connect(channel)
    account = Account.objects.of(channel)
    people.cast(account)
    wrote = Identity.objects.filter(channel=channel).select_related("contact")
    wrote = wrote.annotate(wrote_at=Max("conversations__inquiry_at"))
    people.remember(account, [(each.external_id, each.contact.display_name, each.wrote_at) for each in wrote])


@dataclass
class Caller:
    """A newcomer at their phone: what they still want to say."""

    person: Person
    lines: list[str]

    def live(self) -> str:
        """See what came, then say the next thing; what happened, in words ("" for nothing)."""
        customer.see(self.person)
        if not self.lines:
            return ""
        text = self.lines.pop(0)
        customer.say(self.person, text)
        return f"{self.person.name} ({self.person.account.channel.label}): {text}"


def caller(channel: Channel, lines: list[str]) -> Caller:
    return Caller(people.newcomer(Account.objects.of(channel)), lines)
