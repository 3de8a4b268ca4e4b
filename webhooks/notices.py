"""One mail to the owner of a webhook that was switched off."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from monty.admin import page_of
from webhooks.models import Subscription


def tell(subscription_id: int) -> None:
    """Tell its owner, if they do not know yet. What the mail server does not take, the sweep comes back to."""
    row = Subscription.objects.claim_notice(subscription_id)
    if row is None:
        return
    owner = row.owner
    if owner is not None and owner.is_active and owner.email and owner.has_perm("webhooks.view_subscription"):
        with translation.override(owner.language or settings.LANGUAGE_CODE), timezone.override(owner.zone):
            mail(row, owner.email).send()
    Subscription.objects.filter(pk=row.pk).update(notice_at=None)


def mail(row: Subscription, address: str) -> EmailMessage:
    context = {"row": row, "page": settings.PUBLIC_URL + page_of(row)}
    return EmailMessage(
        subject=_("The webhook “%(name)s” was switched off") % {"name": " ".join(row.name.split())},
        body=render_to_string("webhooks/off.txt", context),
        to=[address],
        headers={"Auto-Submitted": "auto-generated"},
    )
