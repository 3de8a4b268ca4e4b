"""What else is to be known of customers: attributes of the supervisors' own making."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# What a card says of everybody, and what saved replies call by name.
TAKEN = ("name", "first_name", "email", "phone", "language", "country", "notes")
LONGEST_OPTION = 80
MOST_OPTIONS = 50


class Kind(models.TextChoices):
    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("One of several")


class Attribute(models.Model):
    """One of them. What customers have of it stands in `Contact.attributes` by its key."""

    key = models.CharField(
        _("key"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*\Z", _("Small letters, digits and underscores, a letter first."))],
        help_text=_("By this name programs and saved replies know it: {{contact.key}}. It stays for ever."),
    )
    label = models.CharField(_("label"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.TEXT)
    options = models.TextField(_("options"), blank=True, help_text=_("One on each line, where it is one of several."))
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Smaller numbers stand further up.")
    )

    class Meta:
        verbose_name = _("attribute of contacts")
        verbose_name_plural = _("attributes of contacts")
        ordering = ("position", "label", "pk")
        constraints = [models.CheckConstraint(condition=Q(kind__in=Kind.values), name="attribute_kind_known")]

    def __str__(self) -> str:
        return self.label

    @property
    def choices(self) -> list[str]:
        return list(dict.fromkeys(filter(None, (line.strip() for line in self.options.splitlines()))))

    def clean(self) -> None:
        if self.key in TAKEN:
            raise ValidationError({"key": _("Every contact has this already.")})
        if self.kind == Kind.CHOICE and not self.choices:
            raise ValidationError({"options": _("Say what there is to choose from.")})
        if len(self.choices) > MOST_OPTIONS or any(len(each) > LONGEST_OPTION for each in self.choices):
            facts = {"most": MOST_OPTIONS, "longest": LONGEST_OPTION}
            raise ValidationError({"options": _("At most %(most)s options of %(longest)s characters each.") % facts})
