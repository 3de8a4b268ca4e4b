"""The admin's own manners: a front page with figures, and lists that never count a big table."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django import forms
from django.apps import apps
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


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

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Our own apps first, from the top floor down; then those that came with libraries."""
        floors = [app.label for app in apps.get_app_configs()]
        ours = {model._meta.app_label for model, page in self._registry.items() if isinstance(page, HouseAdmin)}
        found = super().get_app_list(request, app_label)
        return sorted(found, key=lambda app: (app["app_label"] not in ours, -floors.index(app["app_label"])))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        figures = [
            figure
            for page in self._registry.values()
            if isinstance(page, HouseAdmin) and page.has_view_permission(request)
            for figure in page.figures(request)
        ]
        return super().index(request, {**(extra_context or {}), "figures": figures})


def address(model: type[Model] | Model, page: str, *args: Any) -> str:
    """Where a page of a model's admin is."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def page_of(row: Model) -> str:
    return address(row, "change", row.pk)


def list_of(model: type[Model], **query: Any) -> str:
    """The list of a model, filtered."""
    return f"{address(model, 'changelist')}?{urlencode(query)}"


def one_of(parameter: str, title: Any, choices: Iterable[tuple[str, Any]]) -> type[admin.SimpleListFilter]:
    """A filter by a column whose values are known: Django's own would read the whole table to find them."""

    class OneOf(admin.SimpleListFilter):
        def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, Any]]:
            return choices

        def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
            return rows.filter(**{parameter: self.value()}) if self.value() else rows

    OneOf.parameter_name, OneOf.title = parameter, title
    return OneOf


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


class HouseAdmin(admin.ModelAdmin):
    """What every page of the admin has in common."""

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

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
