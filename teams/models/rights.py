"""What a teammate may do: in the inbox, and in whose conversations. What else they may is said by their role."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Inbox(models.TextChoices):
    """What somebody does in the inbox, and by REST as far as it is the same."""

    ANSWERS = "answers", _("Answers")
    LOOKS = "looks", _("Only looks")
    OUT = "out", _("Stays out")


class Rights(models.Model):
    """The part of a teammate (`Teammate` inherits it) that every door asks about."""

    inbox = models.CharField(
        _("inbox"),
        max_length=7,
        choices=Inbox.choices,
        default=Inbox.ANSWERS,
        help_text=_(
            "Who answers may be given conversations. Who only looks changes nothing there. Who stays out sees none."
        ),
    )
    own_teams_only = models.BooleanField(
        _("own teams only"),
        default=False,
        help_text=_("Their role reaches no further than the teams they are in."),
    )

    class Meta:
        abstract = True

    @property
    def answers(self) -> bool:
        return self.inbox == Inbox.ANSWERS

    @property
    def stays_out(self) -> bool:
        return self.inbox == Inbox.OUT
