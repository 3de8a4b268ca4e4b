"""REST: the macros that one can run. `conversations/{id}/macro` runs one."""

from typing import Any

from django.forms import model_to_dict
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from conversations.api.housed import HousedViewSet
from conversations.forms.macro import MacroForm, as_fields
from conversations.models import Macro
from teams.models import Team

# One of each kind, and not all of those.
MOST_STEPS = 10


class MacroSerializer(serializers.ModelSerializer[Macro]):
    """`steps` in their order, each with what it does (`do`) and the ids it needs. Neither `owner` nor `team`: it is
    everybody's.
    """

    steps = serializers.ListField(child=serializers.DictField(), read_only=True)

    class Meta:
        model = Macro
        fields = ["id", "name", "key", "owner", "team", "steps", "used"]
        read_only_fields = fields


class KeepMacro(serializers.Serializer):
    """`steps`: as they are shown, in the order in which they are done. `shared`: everybody's, or a `team`'s own."""

    name = serializers.CharField(max_length=80)
    key = serializers.IntegerField(min_value=1, max_value=9, default=None, allow_null=True)
    team = serializers.PrimaryKeyRelatedField(queryset=Team.objects.all(), default=None, allow_null=True)
    shared = serializers.BooleanField(default=False)
    steps = serializers.ListField(child=serializers.DictField(), max_length=MOST_STEPS)


@extend_schema_view(
    create=extend_schema(request=KeepMacro, responses={201: MacroSerializer}),
    partial_update=extend_schema(request=KeepMacro, responses=MacroSerializer),
)
class MacroViewSet(HousedViewSet):
    """The macros you can run: everybody's, your teams', and your own."""

    queryset = Macro.objects.all()
    serializer_class = MacroSerializer
    takes = KeepMacro

    def get_queryset(self) -> Any:
        return Macro.objects.visible_to(self.teammate).order_by("pk")

    def form(self, row: Macro, fields: dict[str, Any]) -> MacroForm:
        wanted = fields.pop("steps", row.steps)
        answers = model_to_dict(row, MacroForm.Meta.fields) | fields
        form = MacroForm(answers | answers_of(wanted), instance=row)
        if form.is_valid() and row.steps != wanted:
            said = _("Each step once, with all that it needs, in the order in which macros do them: %(steps)s.")
            raise ValidationError({"steps": [said % {"steps": row.steps}]})
        return form


def answers_of(steps: list[dict[str, Any]]) -> dict[str, Any]:
    """What the form's fields would have said. Raises ValidationError."""
    answers: dict[str, Any] = {}
    try:
        for step in steps:
            answers |= as_fields(step)
    except (KeyError, TypeError) as error:
        raise ValidationError({"steps": [_("A step says what it does, and with what.")]}) from error
    return answers
