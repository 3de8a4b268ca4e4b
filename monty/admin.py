"""The admin's own manners: a front page with figures, and lists that never count a big table."""

from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple, cast

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.admin.utils import get_model_from_relation
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from monty.errors import Forbidden

# Somebody did something that no form tells of: `name` of the button or action, its `rows`, `by`, the answers as `data`.
done = Signal()
# So many rows a page names one by one.
NAMED = 50


class Figure(NamedTuple):
    """One number of the front page. `url` leads to the list behind it."""

    label: str
    value: Any
    url: str
    alarming: bool = False


class Site(admin.AdminSite):
    """The admin. Its front page asks every model's admin for its figures."""

    site_title = site_header = "Monty"
    index_title = _("Overview")
    empty_value_display = "–"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """By the door of everybody. Raises Forbidden for whoever is in and has no part here."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise Forbidden(_t("Your role has no part in the admin."))
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("change-password")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Our own apps first, from the top floor down; then those that came with libraries."""
        ours = {model._meta.app_label for model, page in self._registry.items() if isinstance(page, HouseAdmin)}
        found = super().get_app_list(request, app_label)
        return sorted(found, key=lambda app: (app["app_label"] not in ours, depth(app["app_label"])))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        figures = [
            figure
            # What concerns customers first.
            for page in sorted(self._registry.values(), key=lambda page: depth(page.opts.app_label))
            if isinstance(page, HouseAdmin) and page.has_view_permission(request)
            for figure in page.figures(request)
        ]
        return super().index(request, {**(extra_context or {}), "figures": figures, "rooms": self.rooms(request)})

    def rooms(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The apps, with what people work on apart from the records that are only looked at."""
        return [
            {
                **app,
                "worked_on": [each for each in app["models"] if not self.is_record(each["model"])],
                "records": [each for each in app["models"] if self.is_record(each["model"])],
            }
            for app in self.get_app_list(request)
        ]

    def is_record(self, model: type[Model]) -> bool:
        return getattr(self.get_model_admin(model), "is_record", False)


def depth(app_label: str) -> int:
    """How far down the house an app's floor is."""
    return -[app.label for app in apps.get_app_configs()].index(app_label)


def address(model: type[Model] | Model, page: str, *args: Any) -> str:
    """Where a page of a model's admin is."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def page_of(row: Model) -> str:
    return address(row, "change", row.pk)


def list_of(model: type[Model], **query: Any) -> str:
    """The list of a model, filtered."""
    return f"{address(model, 'changelist')}?{urlencode(query)}"


def one_of(parameter: str, title: Any, choices: Iterable[tuple[str | int, Any]]) -> type[admin.SimpleListFilter]:
    """A filter by a column whose values are known: Django's own would read the whole table to find them."""

    class OneOf(admin.SimpleListFilter):
        def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, Any]]:
            return [(str(value), label) for value, label in choices]

        def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
            return rows.filter(**{parameter: self.value()}) if self.value() else rows

    OneOf.parameter_name, OneOf.title = parameter, title
    return OneOf


def having(parameter: str, title: Any, **condition: Any) -> type[admin.SimpleListFilter]:
    """A filter by whether there is something: rows of which the condition holds, or the others."""

    class Having(admin.SimpleListFilter):
        def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, Any]]:
            return [("yes", _("Has one")), ("no", _("Has none"))]

        def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
            if self.value() == "yes":
                return rows.filter(**condition)
            return rows.exclude(**condition) if self.value() == "no" else rows

    Having.parameter_name, Having.title = parameter, title
    return Having


class RelatedRows(admin.RelatedFieldListFilter):
    """Filters by rows of another model offer those that its own list shows to whoever asks."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[Any, Any]]:
        try:
            page = model_admin.admin_site.get_model_admin(get_model_from_relation(field))
        except NotRegistered:
            return super().field_choices(field, request, model_admin)
        seen = {"pk__in": page.get_queryset(request).order_by().values("pk")}
        return field.get_choices(include_blank=False, ordering=page.get_ordering(request), limit_choices_to=seen)


admin.FieldListFilter.register(lambda field: bool(field.remote_field), RelatedRows, take_priority=True)


class BoundedPaginator(Paginator):
    """Counts no further than anybody turns pages: a list costs the same however much is stored."""

    MOST = 1000

    object_list: QuerySet

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by()[: self.MOST].count()

    @property
    def is_cut(self) -> bool:
        return self.count == self.MOST


class NamedFields(forms.BaseInlineFormSet):
    """In a table a field's label is the heading of its column, which a screen reader does not read as its name."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            # Some widgets only wrap the one that is drawn.
            drawn = cast("forms.Widget", getattr(field.widget, "widget", field.widget))
            drawn.attrs.setdefault("aria-label", str(field.label or ""))


class RowsInline(admin.TabularInline):
    """Rows that belong to another row, in a table."""

    formset = NamedFields


class HouseAdmin(admin.ModelAdmin):
    """What every page of the admin has in common. `is_record`: the front page folds it away."""

    is_record: ClassVar[bool] = False
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None:
            context |= {"title": str(obj), "subtitle": None, **self.beside(request, obj)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def beside(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What the page of a row shows besides its form."""
        return {}

    def figures(self, request: HttpRequest) -> Iterable[Figure]:
        """What the front page says of this model, to somebody who may see it."""
        return ()

    def list_url(self, **query: Any) -> str:
        return list_of(self.model, **query)

    def url_of(self, page: str, *args: Any) -> str:
        return address(self.model, page, *args)

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        """Write only what the form changed: the rest of the row may have moved on since it was read."""
        if not change:
            return super().save_model(request, obj, form, change)
        columns = {field.name for field in self.opts.concrete_fields}
        changed = [name for name in form.changed_data if name in columns]
        return obj.save(update_fields=changed) if changed else None


class RecordAdmin(HouseAdmin):
    """Rows that nobody edits by hand: they are looked at."""

    is_record = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
