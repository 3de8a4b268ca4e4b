"""How long customers waited."""

from django.utils.translation import gettext_lazy as _

from conversations.models import Measure
from conversations.reports.base import Report, count, register, times

RESPONSE = register(
    Report(
        name="response",
        title=_("Response"),
        lead=_("How long customers waited for an answer."),
        place=20,
        drawn="first_response_p50",
        figures=(
            count(
                "first_responses",
                _("First responses"),
                _("Episodes that a person answered, counted at the first answer, by whoever wrote it."),
                Measure.FIRST_RESPONSE,
            ),
            *times(
                "first_response",
                Measure.FIRST_RESPONSE,
                (_("First response, median"), _("First response, 90 % within"), _("First response, mean")),
                _(
                    "From the episode’s begin (after a bot: from its hand-over) to the first answer of a person; what "
                    "a bot or Monty writes is none. Counted at the answer, by whoever wrote it."
                ),
            ),
            *times(
                "waiting",
                Measure.WAITING,
                (_("Waiting, median"), _("Waiting, 90 % within"), _("Waiting, mean")),
                _(
                    "All waits of an episode together: each from the first message that nobody has answered to a "
                    "person’s answer, to the end, or until a bot gets it; not while a bot has it. Counted when the "
                    "episode ends; of a teammate: the waits that they ended."
                ),
            ),
        ),
    )
)
