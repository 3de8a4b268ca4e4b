"""What a teammate is told of, and how: defaults that suit most, and what somebody has chosen instead."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.errors import BadInput

if TYPE_CHECKING:
    from teams.models.people import Teammate


class About(models.TextChoices):
    """What there is to tell; the most urgent first, which is told if several come at once."""

    FAILED = "failed", _("A message of mine could not be sent")
    MENTIONED = "mentioned", _("A teammate mentions me in a note")
    ASSIGNED = "assigned", _("A conversation is assigned to me")
    WROTE = "wrote", _("A customer writes in a conversation of mine")
    EXPIRES = "expires", _("The time to answer one of mine ends soon")
    WOKE = "woke", _("A snoozed conversation of mine wakes up")
    WAITS = "waits", _("A conversation comes into a team’s inbox")


class Way(models.TextChoices):
    BROWSER = "browser", _("Browser notification")
    SOUND = "sound", _("Sound")
    EMAIL = "email", _("E-mail")


Wish = tuple[About, Way]

# Mail is for what waits while nobody is there; all else is over before anybody reads it.
POSSIBLE: frozenset[Wish] = frozenset(
    (about, way) for about in About for way in Way if way != Way.EMAIL or about == About.WAITS
)
# What is everybody's business makes no noise, and what merely wakes up has time.
QUIETER: frozenset[Wish] = frozenset({(About.WAITS, Way.SOUND), (About.WAITS, Way.EMAIL), (About.WOKE, Way.SOUND)})
DEFAULTS: frozenset[Wish] = POSSIBLE - QUIETER


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def wishes_of(self, teammate: "Teammate") -> set[Wish]:
        """Of what they want to be told, and how. One query."""
        wishes = set(DEFAULTS)
        for about, way, on in self.filter(teammate=teammate).values_list("about", "way", "on"):
            (wishes.add if on else wishes.discard)((About(about), Way(way)))
        return wishes

    def choose(self, wishes: dict[tuple[str, str], bool], *, by: "Teammate") -> None:
        """Whether somebody wants to be told of each of these so from now on: all, or (BadInput) none."""
        for about, way in wishes:
            if (about, way) not in POSSIBLE:
                raise BadInput(_t("Nobody can be told of this in this way."), field=about)
        rows: list[Any] = [Choice(teammate=by, about=about, way=way, on=on) for (about, way), on in wishes.items()]
        unique = ["teammate", "about", "way"]
        self.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=["on"])


class Choice(models.Model):
    """Somebody wants to be told of something in some way, or does not; without a row the default counts."""

    teammate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="choices", verbose_name=_("teammate")
    )
    about = models.CharField(_("about"), max_length=10, choices=About.choices)
    way = models.CharField(_("way"), max_length=10, choices=Way.choices)
    on = models.BooleanField(_("on"))

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification choice")
        verbose_name_plural = _("notification choices")
        constraints = [
            models.UniqueConstraint(fields=["teammate", "about", "way"], name="one_choice_of_each"),
            models.CheckConstraint(
                condition=Q(about__in=About.values, way__in=Way.values) & (~Q(way=Way.EMAIL) | Q(about=About.WAITS)),
                name="choice_is_possible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teammate}: {self.about} {self.way} {'on' if self.on else 'off'}"
