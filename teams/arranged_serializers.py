"""What supervisors arrange, as REST shows and takes it."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError as Invalid
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from teams import roles
from teams.arranging import RowSerializer
from teams.forms import told
from teams.hours import overlapping
from teams.models import AuditEntry, Holiday, Invitation, Keeping, Membership, Opening, Schedule, Setting
from teams.models.presence import LONGEST_REASON
from teams.serializers import WallField

MOST_LINES = 400
ROLES = [(name, name) for name in roles.PRESETS]
LONGEST_INVITATION = 30


class MembershipSerializer(RowSerializer):
    """`capacity`: how many live conversations of this team they may have; null: as the team says."""

    class Meta:
        model = Membership
        fields = ["id", "team", "teammate", "role", "capacity"]


class OpeningSerializer(serializers.ModelSerializer[Opening]):
    """`weekday`: Monday is 0. `closes` 00:00: midnight at the end of the day."""

    opens = WallField()
    closes = WallField()

    class Meta:
        model = Opening
        fields = ["weekday", "opens", "closes"]


class HolidaySerializer(serializers.ModelSerializer[Holiday]):
    class Meta:
        model = Holiday
        fields = ["day", "name"]


class ScheduleSerializer(RowSerializer):
    """A week's hours, and the days on which they do not count. A list that is sent takes the place of the old one."""

    openings = OpeningSerializer(many=True, required=False, max_length=MOST_LINES)  # type: ignore[call-arg]
    holidays = HolidaySerializer(many=True, required=False, max_length=MOST_LINES)  # type: ignore[call-arg]
    is_open = serializers.SerializerMethodField()

    class Meta:
        model = Schedule
        fields = ["id", "name", "time_zone", "openings", "holidays", "is_open"]

    def get_is_open(self, row: Schedule) -> bool:
        return row.is_open(timezone.now())

    def validate_openings(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for day in {line["weekday"] for line in lines}:
            pair = overlapping((line["opens"], line["closes"]) for line in lines if line["weekday"] == day)
            if pair:
                facts = {"one": told(pair[0]), "other": told(pair[1])}
                raise serializers.ValidationError(_("%(one)s and %(other)s overlap.") % facts)
        return lines

    def save(self, **facts: Any) -> Schedule:
        """The hours with their schedule, or nothing of it."""
        kinds = {"openings": Opening, "holidays": Holiday}
        lists = {name: self.validated_data.pop(name) for name in kinds if name in self.validated_data}
        with transaction.atomic():
            row: Schedule = super().save(**facts)
            for name, lines in lists.items():
                getattr(row, name).all().delete()
                keep_lines(name, [kinds[name](schedule=row, **line) for line in lines])
        return row


def keep_lines(name: str, lines: list[Any]) -> None:
    """Raises ValidationError with what the first line that cannot be is refused for."""
    for line in lines:
        try:
            line.full_clean()
        except Invalid as error:
            raise serializers.ValidationError({name: error.messages}) from error
        line.save()


class InvitationSerializer(RowSerializer):
    """`link` lets one person make their account; null: it has been used or is too old. `days`: how long it works."""

    role = serializers.ChoiceField(choices=ROLES)
    days = serializers.IntegerField(min_value=1, max_value=LONGEST_INVITATION, default=7, write_only=True)
    link = serializers.SerializerMethodField()

    class Meta:
        model = Invitation
        fields = [
            *("id", "name", "role", "team", "own_teams_only", "days"),
            *("link", "made_by", "made_at", "expires_at", "used_at", "used_by"),
        ]
        read_only_fields = ["made_by", "made_at", "expires_at", "used_at", "used_by"]

    def validate(self, fields: dict[str, Any]) -> dict[str, Any]:
        lasts = timedelta(days=fields.pop("days"))
        return super().validate(fields) | {"lasts": lasts}

    def get_link(self, row: Invitation) -> str | None:
        return row.link if row.is_open else None


class SettingSerializer(RowSerializer):
    """`value`, in `unit`s of seconds (null: a plain number) from `least` to `most`; null: `usual`."""

    value = serializers.FloatField(allow_null=True)
    label = serializers.CharField(source="rule.label", read_only=True)  # type: ignore[assignment]
    tells = serializers.CharField(source="rule.tells", read_only=True)
    usual = serializers.FloatField(source="rule.usual", read_only=True, allow_null=True)
    least = serializers.FloatField(source="rule.least", read_only=True)
    most = serializers.FloatField(source="rule.most", read_only=True)
    unit = serializers.SerializerMethodField()

    class Meta:
        model = Setting
        fields = ["id", "name", "label", "tells", "value", "usual", "least", "most", "unit"]
        read_only_fields = ["name"]

    def get_unit(self, row: Setting) -> float | None:
        return row.rule.unit.total_seconds() if row.rule.unit else None

    def validate_value(self, value: float | None) -> float | None:
        rule = self.instance.rule  # type: ignore[union-attr]
        if value is not None and not rule.least <= value <= rule.most:
            facts = {"least": rule.least, "most": rule.most}
            raise serializers.ValidationError(_("From %(least)s to %(most)s.") % facts)
        return value


class KeepingSerializer(serializers.ModelSerializer[Keeping]):
    """A kind of data. `setting`: the name of the one that says how long it is kept; null: until it is over by itself.

    `kept`: in seconds; null: for ever. `waiting`: how many wait to be forgotten, counted up to 1000. `went`: how many
    were, when it was last looked through.
    """

    title = serializers.CharField(source="kind.title", read_only=True)
    setting = serializers.CharField(source="kind.rule.name", read_only=True, allow_null=True)
    kept = serializers.SerializerMethodField()
    waiting = serializers.IntegerField(read_only=True)

    class Meta:
        model = Keeping
        fields = ["id", "name", "title", "setting", "kept", "waiting", "ran_at", "went"]
        read_only_fields = fields

    def get_kept(self, row: Keeping) -> float | None:
        kept = row.kind.kept
        return None if kept is None else kept.total_seconds()


class AuditEntrySerializer(serializers.ModelSerializer[AuditEntry]):
    """Who configured or exported what: `kind` and `key` name the row, `data` what was different."""

    data = serializers.JSONField(read_only=True)  # type: ignore[assignment]

    class Meta:
        model = AuditEntry
        fields = ["id", "at", "actor", "actor_name", "address", "door", "deed", "kind", "key", "subject", "data"]
        read_only_fields = fields


class GiveRole(serializers.Serializer):
    role = serializers.ChoiceField(choices=ROLES)
    own_teams_only = serializers.BooleanField(default=False)


class SetAway(serializers.Serializer):
    reason = serializers.CharField(max_length=LONGEST_REASON, default="", allow_blank=True)
    back_at = serializers.DateTimeField(default=None, allow_null=True)
