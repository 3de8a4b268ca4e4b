"""Settings of the installation in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.admin import HouseAdmin
from teams.models import Setting
from teams.models.setting import Rule, Words


class SettingForm(forms.ModelForm):
    class Meta:
        model = Setting
        fields = ["value"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "value" in self.fields:
            rule, value = self.instance.rule, self.instance.value
            self.fields["value"] = choice_of(rule) if rule.choices else number_of(rule)
            if rule.choices:
                self.initial["value"] = int(rule.usual or 0) if value is None else int(value)


def choice_of(rule: Rule) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=_("Value"), choices=list(enumerate(rule.choices)), coerce=int)


def number_of(rule: Rule) -> forms.FloatField:
    facts = {"least": shown(rule.least), "most": shown(rule.most), "usual": shown(rule.usual)}
    help_text = _t("From %(least)s to %(most)s. Empty: %(usual)s.") % facts
    return forms.FloatField(
        label=_("Value"), required=False, min_value=rule.least, max_value=rule.most, help_text=help_text
    )


def shown(number: float | None, choices: tuple[Words, ...] = ()) -> str:
    if choices:
        return str(choices[int(number or 0)])
    return _t("without end") if number is None else number_format(number, decimal_pos=None if number % 1 else 0)


@admin.register(Setting)
class SettingAdmin(HouseAdmin):
    """What the whole installation goes by. Every row is there from the start."""

    form = SettingForm
    list_display = ["label", "now", "tells"]
    fields = ["tells", "value"]
    readonly_fields = ["tells"]
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Setting]:
        return super().get_queryset(request).known()  # type: ignore[attr-defined]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("setting"))
    def label(self, row: Setting) -> str:
        return str(row)

    @admin.display(description=_("value"))
    def now(self, row: Setting) -> str:
        if row.value is not None:
            return shown(row.value, row.rule.choices)
        return _t("%(usual)s (as it comes)") % {"usual": shown(row.rule.usual, row.rule.choices)}

    @admin.display(description=_("what it means"))
    def tells(self, row: Setting) -> str:
        return str(row.rule.tells)
