"""By what lists may be narrowed down, on the page as in REST. An unknown value is an error, never an empty list."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from channels_app.models import Channel
from conversations.inbox.narrowing import NARROW, NOBODY, narrowed
from conversations.models import Conversation, Event, Priority, Sort, State
from conversations.models.conversation_queries import ConversationQuerySet
from conversations.words import Words, parsed
from monty.errors import BadInput
from monty.rest import IdFilter
from teams.models import Team, Teammate

# Years for which every time zone has a clock.
DAYS = [MinValueValidator(date(1970, 1, 1)), MaxValueValidator(date(9000, 1, 1))]
PRIORITIES = [(each.name.lower(), each.label) for each in Priority]


@extend_schema_field(OpenApiTypes.DATE)
class DayFilter(filters.DateFilter):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(method="wish", validators=DAYS, input_formats=["%Y-%m-%d"], widget=widget, **kwargs)


@extend_schema_field(OpenApiTypes.BOOL)
class YesOrNo(filters.ChoiceFilter):
    def __init__(self, yes: Any, no: Any, **kwargs: Any) -> None:
        super().__init__(method="wish", choices=[("true", yes), ("false", no)], empty_label=_("Any"), **kwargs)


def one_of(model: type[Model], *, nobody: Any = None, **kwargs: Any) -> filters.ModelChoiceFilter:
    """One row of this model, or, if that has a name, `none`."""
    rows = model._default_manager.all()
    found = filters.ModelChoiceFilter(
        queryset=rows, method="wish", null_label=nobody, null_value=NOBODY, empty_label=_("Any"), **kwargs
    )
    number = {"type": "integer"}
    return extend_schema_field({"oneOf": [number, {"type": "string", "enum": [NOBODY]}]} if nobody else number)(found)


@extend_schema_field(OpenApiTypes.STR)
class TextFilter(filters.CharFilter):
    """Its meaning is told by `wish`, so that no column tells its type."""


class ConversationFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(label=_("State"), choices=State.choices, method="wish")
    priority = filters.MultipleChoiceFilter(label=_("Priority"), choices=PRIORITIES, method="wish")
    channel = one_of(Channel, label=_("Channel"))
    team = one_of(Team, nobody=_("No team"), label=_("Team"))
    assignee = one_of(Teammate, nobody=_("Nobody"), label=_("Assignee"))
    waiting = YesOrNo(_("Waits for an answer"), _("Does not wait"), label=_("Customer"))
    snoozed = YesOrNo(_("Put off"), _("Awake"), label=_("Snooze"))
    expiring = YesOrNo(_("Ends soon"), _("Does not end soon"), label=_("Window"))
    unread = YesOrNo(_("Unread"), _("Read"), label=_("Messages"))
    since = DayFilter(label=_("Last message since"))
    until = DayFilter(label=_("Last message until"))
    label = TextFilter(label=_("Label"), method="wish")
    q = TextFilter(
        label=_("Words in a message, in the customer's name or in an address; the last one may be only begun."),
        method="wish",
        max_length=200,
    )
    sort = filters.ChoiceFilter(
        label=_("Order; all but the newest first list only what is live."), choices=Sort.choices, method="wish"
    )

    class Meta:
        model = Conversation
        fields = [*NARROW, "q", "sort"]

    def wish(self, conversations: ConversationQuerySet, name: str, value: Any) -> ConversationQuerySet:
        return narrowed(conversations, {name: plain(value)})

    @property
    def wishes(self) -> dict[str, Any]:
        """What was asked for, as plain values."""
        asked = {name: plain(value) for name, value in self.form.cleaned_data.items()}
        return {name: value for name, value in asked.items() if value not in ("", None, [])}

    @property
    def words(self) -> Words:
        return parsed(self.form.cleaned_data["q"])

    def demand_valid(self) -> None:
        """Raises BadInput with the first sentence of what is wrong."""
        for field, sentences in self.form.errors.items():
            raise BadInput(str(sentences[0]), field=field)


def plain(value: Any) -> Any:
    """As JSON keeps it: a row by its id, a day as text."""
    if isinstance(value, Model):
        return value.pk
    return value.isoformat() if isinstance(value, date) else value


def as_query(wishes: dict[str, Any]) -> QueryDict:
    """Wishes as they stand in an address."""
    query = QueryDict(mutable=True)
    for name, value in wishes.items():
        query.setlist(name, [str(each) for each in value] if isinstance(value, list) else [str(value)])
    return query


class EventFilter(filters.FilterSet):
    after = extend_schema_field(OpenApiTypes.INT)(
        IdFilter(field_name="pk", lookup_expr="gt", label=_("Only events that came after the one with this id."))
    )

    class Meta:
        model = Event
        fields = ["after"]
