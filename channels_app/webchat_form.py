"""What a webchat asks its visitors before they write: the channel's own choice of questions, as a form.

One class of form is shown by the page, enforced by the browser from its attributes, and asked again by the server.
"""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import override

# How a channel may ask for something of everybody's.
ASKED = [("", _l("Do not ask")), ("optional", _l("Optional")), ("required", _l("Required"))]
MOST_FIELDS, MOST_OPTIONS, LONGEST_WORD = 10, 50, 100
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
PHONE = RegexValidator(r"^\+?[0-9 ()./-]{5,40}$", _l("Enter a phone number, for example +49 30 1234567."))


def everybodys(name: str) -> forms.Field:
    """The three questions that every webchat may ask."""
    fields = {
        "name": forms.CharField(label=_l("Name"), max_length=200, widget=input_of("text", "name")),
        "email": forms.EmailField(label=_l("E-mail"), max_length=254, widget=input_of("email", "email")),
        "phone": forms.CharField(
            label=_l("Phone"), max_length=40, validators=[PHONE], widget=input_of("tel", "tel", pattern=PHONE_HTML)
        ),
    }
    return fields[name]


# The same rule for the browser: it anchors the pattern itself and reads it with the flag `v`.
PHONE_HTML = r"\+?[0-9 \(\).\/\-]{5,40}"


def input_of(kind: str, autocomplete: str, **attributes: str) -> forms.TextInput:
    widget = forms.TextInput({"autocomplete": autocomplete} | attributes)
    widget.input_type = kind
    return widget


def choice(asked: Mapping[str, Any]) -> forms.Field:
    return forms.ChoiceField(choices=[("", "—"), *((each, each) for each in asked["options"])])


# A channel's own questions, by the word that the configuration has for them.
TYPES: dict[str, Any] = {
    "text": lambda asked: forms.CharField(max_length=200),
    "long": lambda asked: forms.CharField(max_length=2000, widget=forms.Textarea({"rows": 3})),
    "choice": choice,
    "yes_no": lambda asked: forms.BooleanField(),
    "number": lambda asked: forms.DecimalField(
        max_digits=12, decimal_places=2, widget=forms.NumberInput({"step": "any"})
    ),
    "date": lambda asked: forms.DateField(widget=date_input()),
}
BUILT_IN = ("name", "email", "phone")


def date_input() -> forms.DateInput:
    widget = forms.DateInput(format="%Y-%m-%d")
    widget.input_type = "date"
    return widget


def questions(config: Mapping[str, Any]) -> forms.Form:
    """The channel's form, empty. E-mail is in it always: outside the hours every channel asks for it."""
    return built(config)(auto_id="ask-%s")


def demands(config: Mapping[str, Any]) -> bool:
    """Whether somebody must answer anything before they write."""
    return any(field.required for field in questions(config).fields.values())


def answers(config: Mapping[str, Any], given: Mapping[str, Any], *, all_of_it: bool) -> dict[str, Any]:
    """What was answered, by the name of its field. Raises ValidationError, its messages by field.

    `all_of_it`: what is required must be there; else only what is given is looked at.
    """
    form = built(config)({name: value for name, value in given.items() if value is not None})
    if not all_of_it:
        for field in form.fields.values():
            field.required = False
    if not form.is_valid():
        raise ValidationError({name: list(messages) for name, messages in form.errors.items()})
    return {name: value for name, value in form.cleaned_data.items() if value not in (None, "", False)}


def as_part(config: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as a message's `form`, in the installation's own language: teammates read them."""
    with override(settings.LANGUAGE_CODE):
        fields = built(config)().fields
        told = {str(fields[name].label): said(value) for name, value in given.items()}
        return {"name": _("What the visitor says about themselves"), "answers": told}


def label(config: Mapping[str, Any], name: str) -> str:
    """The words of a question, as its reader was asked."""
    return str(built(config)().fields[name].label)


def said(value: Any) -> str:
    return _("Yes") if value is True else str(value)


def built(config: Mapping[str, Any]) -> type[forms.Form]:
    fields = {name: everybodys(name) for name in BUILT_IN if config.get(f"ask_{name}") or name == "email"}
    for name, field in fields.items():
        field.required = config.get(f"ask_{name}") == "required"
    fields |= {asked["name"]: own(asked) for asked in config.get("ask_also") or []}
    return type("Questions", (forms.Form,), fields)


def own(asked: Mapping[str, Any]) -> forms.Field:
    field: forms.Field = TYPES[asked["type"]](asked)
    field.label, field.required = asked["label"], asked["required"]
    return field


# --- The configuration ------------------------------------------------------------------------------------------------


def checked(value: Any) -> list[dict[str, Any]]:
    """The channel's own questions as they are stored. Raises ValidationError in words."""
    value = [] if value is None else value
    if not isinstance(value, list) or len(value) > MOST_FIELDS:
        raise ValidationError(_("Write a list of at most %(limit)s questions.") % {"limit": MOST_FIELDS})
    asked = [checked_question(each) for each in value]
    names = [each["name"] for each in asked]
    if len(set(names)) < len(names):
        raise ValidationError(_("Two questions have the same name."))
    return asked


def checked_question(value: Any) -> dict[str, Any]:
    told: dict[str, Any] = value if isinstance(value, dict) else {}
    name, kind, options = told.get("name"), told.get("type", "text"), told.get("options", [])
    if not (isinstance(name, str) and NAME.fullmatch(name)) or name in BUILT_IN:
        raise ValidationError(
            _("Each question needs a “name” of small letters, digits and _, other than name, email, phone.")
        )
    if not isinstance(kind, str) or kind not in TYPES:
        raise complaint(name, _("its “type” must be one of: %(types)s.") % {"types": ", ".join(TYPES)})
    if not is_word(told.get("label")):
        raise complaint(name, _("it needs a “label”, the words that are shown."))
    if not isinstance(told.get("required", False), bool):
        raise complaint(name, _("“required” is true or false."))
    if (kind == "choice") != bool(options) or not are_words(options):
        raise complaint(name, _("“options” is a list of words, for a choice and nothing else."))
    facts = {"name": name, "type": kind, "label": told["label"], "required": told.get("required", False)}
    return facts | ({"options": options} if options else {})


def is_word(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_WORD


def are_words(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_OPTIONS and all(map(is_word, value))


def complaint(name: str, what: str | Promise) -> ValidationError:
    return ValidationError(_("Question “%(name)s”: %(what)s") % {"name": name, "what": what})
