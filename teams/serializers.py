"""Teams, presence and log-in as REST shows them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from teams.arranging import RowSerializer
from teams.models import About, ApiToken, Availability, Choice, Scope, Team, Teammate
from teams.models.notices import POSSIBLE
from teams.models.presence import LONGEST_REASON

# A year.
MOST_MINUTES = 366 * 24 * 60


class MinutesField(serializers.IntegerField):
    """A length of time, in whole minutes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MOST_MINUTES, **kwargs)

    def run_validation(self, data: Any = empty) -> Any:
        number = super().run_validation(data)
        return timedelta(minutes=number) if isinstance(number, int) else number

    def to_representation(self, value: Any) -> int:
        return value // timedelta(minutes=1)


class TeamSerializer(RowSerializer):
    """Times are minutes; null: never, or (`digest_after`) no mail."""

    members: serializers.PrimaryKeyRelatedField = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    is_open = serializers.SerializerMethodField()
    response_time = MinutesField(required=False, allow_null=True)
    return_after_away = MinutesField(required=False, allow_null=True)
    return_after_vanished = MinutesField(required=False, allow_null=True)
    digest_after = MinutesField(required=False, allow_null=True)

    class Meta:
        model = Team
        fields = [
            *("id", "name", "auto_assign", "members", "capacity", "is_open"),
            *("language", "label_required", "schedule", "away_message"),
            *("response_time", "return_after_away", "return_after_vanished", "digest_after", "digest_with_text"),
        ]

    def get_is_open(self, team: Team) -> bool:
        """Within its working hours; always, if it keeps none."""
        return team.is_open(timezone.now())


class DotSerializer(serializers.ModelSerializer[Teammate]):
    """`ready` is the green dot: active and connected."""

    availability = serializers.ChoiceField(choices=Availability.choices)
    ready = serializers.BooleanField(source="is_ready", read_only=True)
    dot = serializers.ChoiceField(choices=["green", "red"], read_only=True)

    class Meta:
        model = Teammate
        fields = ["availability", "ready", "dot"]


class PresenceSerializer(DotSerializer):
    """One's own presence: why one is away and when one is back can only be said with “away”."""

    reason = serializers.CharField(source="away_reason", max_length=LONGEST_REASON, allow_blank=True, default="")
    back_at = serializers.DateTimeField(allow_null=True, default=None)

    class Meta:
        model = Teammate
        fields = [*DotSerializer.Meta.fields, "reason", "back_at"]


class WaysSerializer(serializers.Serializer):
    """How one is told of something; what is left out stays as it is."""

    browser = serializers.BooleanField(required=False)
    sound = serializers.BooleanField(required=False)


class WaysAndMailSerializer(WaysSerializer):
    email = serializers.BooleanField(required=False)


class NotificationsSerializer(serializers.Serializer):
    """Of what one is told, and how."""

    failed = WaysSerializer(required=False)
    mentioned = WaysSerializer(required=False)
    assigned = WaysSerializer(required=False)
    wrote = WaysSerializer(required=False)
    expires = WaysSerializer(required=False)
    woke = WaysSerializer(required=False)
    waits = WaysAndMailSerializer(required=False)


@extend_schema_field({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})
class WallField(serializers.TimeField):
    """What a clock on the wall says: 20:00. (A time in JSON Schema's sense has a time zone.)"""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **kwargs)


class QuietHoursSerializer(serializers.Serializer):
    """By one's own clock. `days`: on which days of the week (Monday is 0) they begin."""

    starts = WallField(source="quiet_from")
    ends = WallField(source="quiet_to")
    days = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6), source="quiet_days", max_length=7
    )

    def validate(self, hours: dict[str, Any]) -> dict[str, Any]:
        """All of it also where the rest of the body may be left out."""
        missing = [name for name, field in self.fields.items() if field.source not in hours]
        if missing:
            raise serializers.ValidationError({name: [_("This is missing.")] for name in missing})
        return hours


class MeSerializer(serializers.ModelSerializer[Teammate]):
    """Oneself, with one's notifications. Empty `time_zone` and `language`: the installation's, the browser's."""

    # Empty until somebody fills it in, which is no address.
    email = serializers.CharField(read_only=True)
    notifications = NotificationsSerializer(required=False)
    quiet_hours = QuietHoursSerializer(required=False, allow_null=True)

    class Meta:
        model = Teammate
        fields = [
            *("id", "username", "name", "email"),
            *("time_zone", "language", "theme", "quiet_hours", "notifications"),
        ]
        read_only_fields = ["id", "username", "name", "email"]

    def to_representation(self, me: Teammate) -> dict[str, Any]:
        told: dict[str, dict[str, bool]] = {about: {} for about in About.values}
        wishes = Choice.objects.wishes_of(me)
        for about, way in sorted(POSSIBLE):
            told[about][way] = (about, way) in wishes
        own = {
            name: getattr(me, name) for name in ("id", "username", "name", "email", "time_zone", "language", "theme")
        }
        quiet = QuietHoursSerializer(me).data if me.quiet_from else None
        return own | {"quiet_hours": quiet, "notifications": told}

    def update(self, me: Teammate, chosen: dict[str, Any]) -> Teammate:
        told = chosen.pop("notifications", {})
        wishes = {(about, way): on for about, ways in told.items() for way, on in ways.items()}
        Choice.objects.choose(wishes, by=me)
        if "quiet_hours" in chosen:
            quiet = chosen.pop("quiet_hours") or {"quiet_from": None, "quiet_to": None, "quiet_days": me.quiet_days}
            me.be_quiet(quiet["quiet_from"], quiet["quiet_to"], quiet["quiet_days"])
        for name, value in chosen.items():
            setattr(me, name, value)
        me.save(update_fields=list(chosen))
        return me


class LoginSerializer(serializers.Serializer):
    # No longer than the column: the lock-out keeps the name of every failed attempt.
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=4096, trim_whitespace=False, style={"input_type": "password"})
    code = serializers.CharField(
        max_length=40,
        allow_blank=True,
        default="",
        help_text="Of whoever has a second factor: one of their app, or a recovery code.",
    )
    name = serializers.CharField(
        max_length=80, default="", allow_blank=True, help_text="What it is for, so that you know which one to revoke."
    )
    scope = serializers.ChoiceField(
        choices=Scope.choices, default=Scope.ADMIN, help_text="What it may be used for, of all that you may do."
    )
    expires_at = serializers.DateTimeField(default=None, allow_null=True, help_text="Null: until it is revoked.")


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField(read_only=True)


class ApiTokenSerializer(serializers.ModelSerializer[ApiToken]):
    """A token, never its key: `start` is how it begins. `used_at`: give or take ten minutes."""

    class Meta:
        model = ApiToken
        fields = ["id", "name", "scope", "start", "made_at", "expires_at", "used_at"]
        read_only_fields = fields
