"""What a contact's card says: the fields everybody has, then the supervisors' own. How each is read, checked and shown.

Pure but for `fields`, which asks for the supervisors' attributes.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import phonenumbers
from django import forms
from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_app.border import storable
from conversations.models.attribute import Attribute, Kind
from monty.errors import BadInput

if TYPE_CHECKING:
    from conversations.models import Contact

LONGEST_TEXT = 500
LONGEST_NOTES = 4000
# By the names that people who speak them give them; only such as stand for one language.
LANGUAGES = {code: info["name_local"] for code, info in sorted(LANG_INFO.items()) if "name_local" in info}
PHONE = re.compile(r"\+?[\d\s()./-]{3,40}\Z")


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a card. `kind`: how it is edited, one of `INPUTS`; `own`: of the supervisors' making."""

    name: str
    label: str
    kind: str
    own: bool = False
    options: tuple[tuple[str, str], ...] = ()

    def read(self, contact: "Contact") -> Any:
        """Its value on this card: text, number, True or False, a day as 2026-11-26; "" if there is none."""
        return contact.attributes.get(self.name, "") if self.own else getattr(contact, self.name)

    def cleaned(self, value: Any) -> Any:
        """What somebody typed or a program sent, as it is kept. Raises BadInput."""
        if value in (None, ""):
            return ""
        try:
            found = CHECKS[self.kind](self, value)
        except ValidationError as error:
            raise BadInput(f"{self.label}: {error.messages[0]}", field=self.name) from error
        if isinstance(found, str) and found != storable(found):
            raise BadInput(_("There is a character in this that cannot be kept."), field=self.name)
        return found

    def shown(self, value: Any) -> str:
        """The value as people read it."""
        if value == "":
            return ""
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, (int, float)):
            return number_format(Decimal(str(value)))
        if self.kind == Kind.DATE:
            return day(str(value))
        return dict(self.options).get(str(value), str(value))

    def typed(self, value: Any) -> str:
        """The value as its input wants it."""
        return str(value).lower() if isinstance(value, bool) else str(value)


def told(name: str, value: Any) -> str:
    """A value of which only the field's name is known any more."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return LANGUAGES.get(value, value) if name == "language" else str(value)


def day(text: str) -> str:
    try:
        return date_format(date.fromisoformat(text), "j M Y")
    except ValueError:
        return text


# --- What may be written in each --------------------------------------------------------------------------------------


def phone(field: Field, value: Any) -> str:
    """A number to call from anywhere in its one form, so that the same number is the same text."""
    text = " ".join(str(value).split())
    if not PHONE.match(text):
        raise ValidationError(_("This is no phone number."))
    if not text.startswith("+"):
        return text
    try:
        return phonenumbers.format_number(phonenumbers.parse(text), phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException as error:
        raise ValidationError(_("This is no phone number.")) from error


def number(field: Field, value: Any) -> int | float:
    found = forms.DecimalField(max_digits=15).clean(str(value))
    return int(found) if found == found.to_integral_value() else float(found)


def yes_or_no(field: Field, value: Any) -> bool:
    known = {"true": True, "false": False}
    if str(value).lower() not in known:
        raise ValidationError(_("This is neither yes nor no."))
    return known[str(value).lower()]


def one_of(field: Field, value: Any) -> str:
    return str(forms.ChoiceField(choices=field.options).clean(str(value)))


def text(longest: int) -> Callable[[Field, Any], str]:
    return lambda field, value: str(forms.CharField(max_length=longest, required=False).clean(value))


CHECKS: Mapping[str, Callable[[Field, Any], Any]] = {
    "name": text(200),
    "email": lambda field, value: forms.EmailField(max_length=254).clean(str(value)),
    "phone": phone,
    "country": text(80),
    "notes": text(LONGEST_NOTES),
    Kind.TEXT: text(LONGEST_TEXT),
    Kind.NUMBER: number,
    Kind.DATE: lambda field, value: forms.DateField(input_formats=["%Y-%m-%d"]).clean(str(value)).isoformat(),
    Kind.YES_NO: yes_or_no,
    Kind.CHOICE: one_of,
}
LABELS = {
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "language": gettext_lazy("Language"),
    "country": gettext_lazy("Country"),
    "notes": gettext_lazy("Notes"),
}


def standard() -> list[Field]:
    """What every card has."""
    languages = tuple(LANGUAGES.items())
    return [
        Field(name, str(label), Kind.CHOICE if name == "language" else name, options=languages * (name == "language"))
        for name, label in LABELS.items()
    ]


def own() -> list[Field]:
    """What supervisors want to be known besides: one query."""
    return [
        Field(each.key, each.label, each.kind, own=True, options=tuple((one, one) for one in each.choices))
        for each in Attribute.objects.all()
    ]


def fields() -> list[Field]:
    """Every line of a card, in its order."""
    *first, notes = standard()
    return [*first, *own(), notes]


def cleaned(wanted: Mapping[str, Any], fields: Iterable[Field]) -> dict[str, Any]:
    """Values by field, as they are kept. Raises BadInput, also for a field that there is not."""
    known = {field.name: field for field in fields}
    for name in wanted:
        if name not in known:
            raise BadInput(_("A contact has no field “%(name)s”.") % {"name": name}, field=name)
    return {name: known[name].cleaned(value) for name, value in wanted.items()}
