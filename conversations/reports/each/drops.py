"""What was given up, and whether rightly."""

from django.utils.translation import gettext_lazy as _

from conversations.models import Measure
from conversations.reports.base import Report, count, register, share

DROPS = register(
    Report(
        name="drops",
        title=_("Drops"),
        lead=_("Customers who went silent, and those who came back."),
        place=40,
        drawn="dropped",
        figures=(
            count(
                "dropped",
                _("Dropped"),
                _("Episodes dropped, by whoever dropped them. Blocking a customer is none."),
                Measure.DROPPED,
            ),
            share(
                "drop_rate",
                _("Drop rate"),
                _("Of the episodes that were closed or dropped: those that were dropped."),
                Measure.DROPPED,
                (Measure.CLOSED, Measure.DROPPED),
            ),
            count(
                "came_back",
                _("Came back"),
                _("Dropped, and the customer wrote again while the window was open. Counted at the drop."),
                Measure.CAME_BACK,
            ),
            share(
                "came_back_rate",
                _("Came back, rate"),
                _("Of the dropped episodes: those whose customer came back."),
                Measure.CAME_BACK,
                (Measure.DROPPED,),
            ),
            count(
                "wrongly_dropped",
                _("Wrong drops"),
                _("Dropped while the customer was waiting for an answer: it was not they who were silent."),
                Measure.WRONGLY_DROPPED,
            ),
            share(
                "wrong_rate",
                _("Wrong drops, rate"),
                _("Of the dropped episodes: those dropped while the customer was waiting."),
                Measure.WRONGLY_DROPPED,
                (Measure.DROPPED,),
            ),
        ),
    )
)
