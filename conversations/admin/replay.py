"""The replay's page: a team's past period, handed out again under other settings, beside what really happened."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from conversations.forms.replay import ReplayForm, replayed, teams_of
from conversations.replay.figures import HOURS, Comparison, Figures, Share
from conversations.replay.recording import Recording
from monty.admin import HouseAdmin
from monty.errors import BadInput
from teams.models import Team, Teammate

COLUMNS = (_("Really"), _("Simulated as it was"), _("Simulated with the change"))


class Cell(NamedTuple):
    """A number as it is shown. `value`: what the chart draws ("": a gap); None: not in a chart."""

    shown: str
    value: str | None = None


class Row(NamedTuple):
    label: str | Promise
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Results:
    """The tables of the page. In each row what really happened stands beside the two simulations."""

    summary: list[Row]
    people: list[Row]
    hours: list[Row]


def replay_urls(page: HouseAdmin) -> list[URLPattern]:
    def view(request: HttpRequest) -> HttpResponse:
        if not page.has_view_permission(request):
            raise PermissionDenied
        return replay_view(page, request)

    return [path("replay/", page.admin_site.admin_view(view), name="conversations_round_replay")]


def replay_view(page: HouseAdmin, request: HttpRequest) -> HttpResponse:
    teams = list(teams_of(cast("Teammate", request.user)))
    team = chosen(teams, request.GET.get("team"))
    asked = "start" in request.GET
    form = ReplayForm(team, request.GET if asked else None) if team else None
    context = {
        **page.admin_site.each_context(request),
        "title": _t("Replay"),
        "opts": page.opts,
        "teams": teams,
        "team": team,
        "form": form,
        "columns": COLUMNS,
        "results": results_of(team, form) if team and form and asked and form.is_valid() else None,
    }
    return TemplateResponse(request, "admin/conversations/round/replay.html", context)


def chosen(teams: list[Team], number: str | None) -> Team | None:
    """The team asked for; at first one that hands out by itself. Raises Http404 for one out of sight."""
    if number:
        team = next((each for each in teams if str(each.pk) == number), None)
        if team is None:
            raise Http404
        return team
    return next((each for each in teams if each.auto_assign), teams[0] if teams else None)


def results_of(team: Team, form: ReplayForm) -> Results | None:
    try:
        return results(*replayed(team, form))
    except BadInput as refused:
        form.add_error("until", str(refused))
        return None


def results(recording: Recording, found: Comparison) -> Results:
    runs = [found.really, found.simulated, found.changed]
    names = {each.id: each.name for each in recording.people}
    return Results(
        summary=[Row(label, [cell(run) for run in runs]) for label, cell in SUMMARY],
        people=[Row(names[number], list(cells_of(number, runs))) for number in names if took_part(number, runs)],
        hours=[Row(f"{hour:02}:00", [drawn(run.by_hour[hour]) for run in runs]) for hour in HOURS],
    )


def took_part(number: int, runs: Sequence[Figures]) -> bool:
    """Those to be added are recorded, too, but have a seat only in the last run."""
    really, *simulated = runs
    return any(number in run.shares for run in simulated) or really.shares[number].got > 0


def cells_of(number: int, runs: Iterable[Figures]) -> Iterator[Cell]:
    for run in runs:
        share = run.shares.get(number)
        yield from share_cells(share) if share else [Cell("–", ""), Cell("–"), Cell("–"), Cell("–")]


def share_cells(share: Share) -> list[Cell]:
    busy = _t("%(percent)d %%") % {"percent": round(share.busy * 100)}
    return [Cell(str(share.got), str(share.got)), plain(share.per_hour), Cell(busy), plain(share.load)]


def whole(value: int) -> Cell:
    return Cell(str(value))


def plain(value: float | None) -> Cell:
    return Cell("–" if value is None else f"{value:.2f}")


def seconds(value: float | None) -> Cell:
    return Cell("–" if value is None else length(value))


def drawn(value: float | None) -> Cell:
    """A wait, drawn in minutes."""
    return Cell(seconds(value).shown, "" if value is None else f"{value / 60:.2f}")


def length(value: float) -> str:
    """“3 s”, “4:05 min”, “2:10 h”."""
    number = round(value)
    if number < 60:
        return _t("%(seconds)s s") % {"seconds": number}
    if number < 3600:
        return _t("%(minutes)s:%(seconds)02d min") % {"minutes": number // 60, "seconds": number % 60}
    return _t("%(hours)s:%(minutes)02d h") % {"hours": number // 3600, "minutes": number % 3600 // 60}


SUMMARY: list[tuple[str | Promise, Callable[[Figures], Cell]]] = [
    (_("Handed out"), lambda run: whole(run.handed_out)),
    (_("Wait: mean"), lambda run: seconds(run.mean)),
    (_("Wait: half at most (p50)"), lambda run: seconds(run.p50)),
    (_("Wait: nine of ten at most (p90)"), lambda run: seconds(run.p90)),
    (_("Wait: longest"), lambda run: seconds(run.longest)),
    (_("Still waiting at the end"), lambda run: whole(run.waiting)),
    (_("Spread of conversations per hour present"), lambda run: plain(run.spread)),
    (_("Gini of conversations per hour present"), lambda run: plain(run.gini)),
]
