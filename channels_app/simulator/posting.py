"""Posting webhooks to Monty: signed, in the order asked for, after the address has proved itself."""

import random
from datetime import timedelta

from django.utils import timezone

from channels_app import http
from channels_app.simulator.models import Account, Hook
from channels_app.simulator.providers.base import encoded
from channels_app.verdicts import Refused

# How many are posted in one go, and how often one is tried: about ten minutes long.
MANY = 200
TRIES = 12


def post(account: Account) -> None:
    """Post what is due, unless somebody is at it already."""
    if not account.claim_posting():
        return
    if not (account.verified_at or shake_hands(account)):
        # The claim stays until it runs out: only then is the address asked again.
        return
    try:
        while post_some(account):
            pass
    finally:
        account.release_posting()


def post_some(account: Account) -> bool:
    """Post what is due; whether there may be more. What is refused comes again, later and later."""
    account.refresh_from_db()
    account.hold_posting()
    due = list(account.hooks.filter(posted_at=None, due_at__lte=timezone.now())[:MANY])
    if account.shuffle:
        random.shuffle(due)
    groups = [due] if account.batch and due else [[hook] for hook in due]
    for group in groups:
        bodies = account.provider.bodies([hook.item for hook in group], together=account.batch)
        answers = [deliver(account, encoded(body)) for body in bodies for _copy in range(1 + account.duplicate)]
        note(group, answers[-1])
    return bool(due)


def deliver(account: Account, body: bytes) -> str:
    """Post these bytes; "200", or what came instead."""
    secret = "somebody else's" if account.forge else account.provider.secret
    headers = {"Content-Type": "application/json"} | account.provider.signature(body, secret)
    try:
        return str(http.call("POST", address(account), content=body, headers=headers).status_code)
    except Refused as refused:
        return str(refused.detail)


def note(hooks: list[Hook], answer: str) -> None:
    now = timezone.now()
    for hook in hooks:
        hook.tries += 1
        hook.answer = answer[:200]
        hook.posted_at = now if answer == "200" or hook.tries >= TRIES else None
        hook.due_at = now + timedelta(seconds=min(2**hook.tries, 60))
    Hook.objects.bulk_update(hooks, ["tries", "answer", "posted_at", "due_at"])


def shake_hands(account: Account) -> bool:
    """Whether the webhook address proves itself. No handshake, no webhooks."""
    query, passes = account.provider.challenge()
    try:
        answer = http.call("GET", address(account), params=query)
    except Refused:
        return False
    if answer.status_code != 200 or not passes(answer.headers.get("content-type", ""), answer.text):
        return False
    Account.objects.filter(pk=account.pk).update(verified_at=timezone.now())
    return True


def address(account: Account) -> str:
    return account.channel.adapter.to_paste
