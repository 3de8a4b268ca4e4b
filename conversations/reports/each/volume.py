"""How much there was to do."""

from django.utils.translation import gettext_lazy as _

from conversations.models import Measure
from conversations.reports.base import Report, count, register, share
from conversations.reports.question import By

NOBODYS = frozenset({By.TEAMMATE})

VOLUME = register(
    Report(
        name="volume",
        title=_("Volume"),
        lead=_("How many conversations people had to deal with."),
        place=10,
        drawn="started",
        figures=(
            count(
                "started",
                _("Started"),
                _(
                    "Episodes that began: a conversation started or was reopened, or a bot that came first handed it "
                    "over. Counted when people had something to do. No teammate’s: nobody starts one."
                ),
                Measure.STARTED,
                not_by=NOBODYS,
            ),
            count(
                "assigned",
                _("Assigned"),
                _("How often a conversation became somebody’s: by Auto Assign, by hand, or by picking it up."),
                Measure.ASSIGNED,
            ),
            count("closed", _("Closed"), _("Episodes closed, by whoever closed them."), Measure.CLOSED),
            count(
                "dropped",
                _("Dropped"),
                _("Episodes dropped because the customer went silent. They do not count as closed."),
                Measure.DROPPED,
            ),
            count(
                "bot_alone",
                _("By a bot alone"),
                _("Episodes that ended without people having had anything to do with them. In no other figure."),
                Measure.BOT_ALONE,
                not_by=NOBODYS,
            ),
            share(
                "bot_share",
                _("Share of bots"),
                _("Of all episodes that ended in the period: those that ended with a bot alone."),
                Measure.BOT_ALONE,
                (Measure.BOT_ALONE, Measure.CLOSED, Measure.DROPPED, Measure.BLOCKED),
                not_by=NOBODYS,
            ),
        ),
    )
)
