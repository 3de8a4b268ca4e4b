"""What the business does at the provider: its messages are accepted here, and shown on the customer's phone."""

from datetime import datetime
from typing import Any

from django.db import transaction

from channels_app.simulator import hooks, tasks
from channels_app.simulator.faults import NONE, Fault
from channels_app.simulator.models import Account, Message, Person
from channels_app.simulator.refusals import TITLES
from monty.afterwards import afterwards


@transaction.atomic
def accept(person: Person, fault: Fault = NONE, **fields: Any) -> Message:
    """Take a message for this person; the provider's id is in it. Whatever the provider tells of it follows."""
    account = person.account
    message = Message.objects.create(
        account=account,
        person=person,
        from_customer=False,
        external_id=account.provider.message_id(),
        status="failed" if fault.later else "delivered",
        **fields,
    )
    if message.link:
        afterwards(tasks.fetch.delay, message.pk)
    Person.objects.filter(pk=person.pk).update(sees_typing_until=None)
    told = account.provider
    hooks.tell(
        account, told.failed(message, fault.later, TITLES[fault.later]) if fault.later else told.accepted(message)
    )
    return message


def answer_elsewhere(person: Person, text: str) -> Message:
    """A colleague answers in the provider's own inbox: Monty hears of it by an echo."""
    return accept(person, elsewhere=True, text=text)


def show_typing(person: Person, until: datetime | None) -> None:
    Person.objects.filter(pk=person.pk).update(sees_typing_until=until)


def mark_read(person: Person) -> None:
    last = person.messages.filter(from_customer=True).last()
    Person.objects.filter(pk=person.pk).update(read_up_to=last.pk if last else 0)


def react(account: Account, external_id: str, sign: str) -> None:
    """Set a sign on a customer's message. Raises Message.DoesNotExist."""
    message = Message.objects.get(account=account, external_id=external_id, from_customer=True)
    Message.objects.filter(pk=message.pk).update(reaction=sign)
