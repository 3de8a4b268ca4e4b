"""What goes wrong on request: every way in which a provider may fail to answer what Monty sends."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from channels_app.simulator import refusals
from channels_app.simulator.models import Account
from channels_app.simulator.refusals import Refusal


@dataclass(frozen=True)
class Fault:
    """`accepts`: the message is taken all the same. `hangs`: the answer comes when nobody waits for it any more.

    `later`: taken, answered with success, and reported as failed by a webhook with this code.
    """

    label: str | Promise
    answer: Callable[[], Refusal] | None = None
    accepts: bool = False
    hangs: bool = False
    later: int = 0


def gone_quiet() -> Refusal:
    return Refusal(504, "<html>Gateway Time-out</html>")


def usage(minutes: int) -> dict[str, str]:
    fact = f'{{"1":[{{"type":"messenger","call_count":100,"estimated_time_to_regain_access":{minutes}}}]}}'
    return {"X-Business-Use-Case-Usage": fact}


def too_many_of_graph() -> Refusal:
    refusal = refusals.graph(4, "The app's request limit is reached", status=429)
    return Refusal(429, refusal.body, usage(minutes=1))


def too_many_of_x() -> Refusal:
    facts = {"x_rate_limit_limit": "15", "x_rate_limit_remaining": "0"}
    reset = str(int(timezone.now().timestamp()) + 60)
    return refusals.problem(429, "Too Many Requests", "Too Many Requests", **facts, x_rate_limit_reset=reset)


SHARED = {
    "500": Fault(_("500, no JSON"), lambda: Refusal(500, "<html>Internal Server Error</html>")),
    "502": Fault(_("502, no JSON"), lambda: Refusal(502, "<html>Bad Gateway</html>")),
    "500-accepted": Fault(
        _("500, although it was accepted"), lambda: Refusal(500, "<html>Internal Server Error</html>"), accepts=True
    ),
    "hang": Fault(_("No answer, not accepted"), gone_quiet, hangs=True),
    "hang-accepted": Fault(_("No answer, but accepted"), gone_quiet, accepts=True, hangs=True),
}


def of_graph(table: Iterable[tuple[int, int | None, str]]) -> dict[str, Fault]:
    return {key(code, subcode): graph_fault(code, subcode, title) for code, subcode, title in table}


def graph_fault(code: int, subcode: int | None, title: str) -> Fault:
    return Fault(f"{key(code, subcode)} {title}", lambda: refusals.graph(code, title, subcode=subcode))


def whatsapp_fault(code: int, title: str) -> Fault:
    return Fault(f"{code} {title}", lambda: refusals.graph(code, title, details=title))


def key(code: int, subcode: int | None) -> str:
    return str(code) if subcode is None else f"{code}/{subcode}"


def x_fault(status: int, title: str, detail: str) -> Fault:
    return Fault(f"{status} {title}", lambda: refusals.problem(status, title, detail))


def x_code_fault(status: int, code: int, message: str) -> Fault:
    return Fault(f"{status}/{code} {message}", lambda: refusals.errors_of_x(status, code, message))


GRAPH = SHARED | {"429": Fault(_("429, limit reached"), too_many_of_graph)} | of_graph(refusals.GRAPH)
FAULTS: dict[str, dict[str, Fault]] = {
    "facebook": GRAPH | of_graph(refusals.MESSAGING) | of_graph(refusals.FACEBOOK),
    "instagram": GRAPH | of_graph(refusals.MESSAGING) | of_graph(refusals.INSTAGRAM),
    "whatsapp": GRAPH
    | {str(code): whatsapp_fault(code, title) for code, _none, title in refusals.WHATSAPP}
    | {
        f"later-{code}": Fault(format_lazy("{} {} {}", _("Later:"), code, title), later=code)
        for code, _none, title in refusals.WHATSAPP
        if code in refusals.LATER
    },
    "twitter": SHARED
    | {"429": Fault(_("429, limit reached"), too_many_of_x)}
    | {str(status): x_fault(status, title, detail) for status, title, detail in refusals.X}
    | {f"{status}/{code}": x_code_fault(status, code, message) for status, code, message in refusals.X_CODES}
    # A success whose body says that it was none.
    | {"200/349": x_code_fault(200, 349, "You cannot send messages to this user.")},
}
NONE = Fault("")


def around(account: Account, accept: Callable[[Fault], dict[str, Any]]) -> dict[str, Any]:
    """Accept a message, unless something goes wrong. Raises Refusal."""
    fault = FAULTS[account.channel.kind].get(account.draw_fault(), NONE)
    if fault.answer is None:
        return accept(fault)
    if fault.accepts:
        accept(fault)
    if fault.hangs:
        time.sleep(account.hang)
    raise fault.answer()
