"""By what REST lists may be narrowed down. An unknown value is an error, never an empty list."""

from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from channels_app.models import Channel
from conversations.models import Conversation, Event, State
from conversations.models.conversation_queries import ConversationQuerySet
from monty.rest import IdFilter
from teams.models import Team, Teammate


class ConversationFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=State.choices, distinct=False)
    team = filters.ModelChoiceFilter(queryset=Team.objects.all())
    assignee = filters.ModelChoiceFilter(queryset=Teammate.objects.all())
    channel = filters.ModelChoiceFilter(queryset=Channel.objects.all())
    label = filters.CharFilter(method="labelled", label=_("A label's name."))
    q = filters.CharFilter(method="search", label=_("Words in the contact's name or a message."))
    waiting = filters.ChoiceFilter(
        method="wait", choices=[("true", "true"), ("false", "false")], label=_("Whether the customer waits for us.")
    )
    expiring = filters.ChoiceFilter(
        method="expire", choices=[("true", "true"), ("false", "false")], label=_("Whether its window ends soon.")
    )

    snoozed = filters.ChoiceFilter(
        method="sleep", choices=[("true", "true"), ("false", "false")], label=_("Whether it was put off.")
    )

    class Meta:
        model = Conversation
        fields = ["state", "team", "assignee", "channel", "label", "q", "waiting", "expiring", "snoozed"]

    def labelled(self, conversations: ConversationQuerySet, name: str, value: str) -> ConversationQuerySet:
        return conversations.labelled(value)

    def search(self, conversations: ConversationQuerySet, name: str, value: str) -> ConversationQuerySet:
        return conversations.mentioning(value)

    @extend_schema_field(OpenApiTypes.BOOL)
    def wait(self, conversations: ConversationQuerySet, name: str, value: str) -> ConversationQuerySet:
        return conversations.waiting(value == "true")

    @extend_schema_field(OpenApiTypes.BOOL)
    def expire(self, conversations: ConversationQuerySet, name: str, value: str) -> ConversationQuerySet:
        return conversations.expiring(value == "true")

    @extend_schema_field(OpenApiTypes.BOOL)
    def sleep(self, conversations: ConversationQuerySet, name: str, value: str) -> ConversationQuerySet:
        return conversations.snoozed(value == "true")


class EventFilter(filters.FilterSet):
    after = extend_schema_field(OpenApiTypes.INT)(
        IdFilter(field_name="pk", lookup_expr="gt", label=_("Only events that came after the one with this id."))
    )

    class Meta:
        model = Event
        fields = ["after"]
