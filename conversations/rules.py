"""What of conversations a person may change for the whole installation."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from monty.forms import MINUTE
from teams.models.setting import DAY, kept, rule

EXPIRING_SOON = rule(
    "expiring_soon",
    _("Expiring soon, minutes before"),
    _("How long before its end a window for answering is “Expiring soon”."),
    lambda: settings.EXPIRING_SOON,
    unit=MINUTE,
    least=1,
)
QUIET_AFTER = rule(
    "quiet_after",
    _("Customer is quiet after, minutes"),
    _("From then on a conversation that waits for its customer weighs less in its teammate's load."),
    lambda: settings.QUIET_AFTER,
    unit=MINUTE,
    least=1,
)
QUIET_WEIGHT = rule(
    "quiet_weight",
    _("Weight of a quiet conversation"),
    _("As a part of one that waits for us, which weighs 1."),
    lambda: settings.QUIET_WEIGHT,
    most=1,
)
DIGEST_EVERY = rule(
    "digest_every",
    _("Mail about waiting customers, at most every so many minutes"),
    _("Nobody gets more than one such mail in this time."),
    lambda: settings.DIGEST_EVERY,
    unit=MINUTE,
)
TALKS_KEPT = rule(
    "talks_kept",
    _("What was said is kept, days"),
    _("Ended conversations are emptied so long after their last message: texts, files, names of files. Empty: never."),
    lambda: None,
    unit=DAY,
    # Longer than every window: what was emptied does not come back to life.
    least=30,
)
ATTEMPTS_KEPT = kept(
    "attempts",
    _("Attempts at sending are kept, days"),
    _("What a message went through until it had left. Those of messages that did not arrive stay."),
    365,
    # The health of channels is measured by the latest ones.
    least=7,
)
SCHEDULED_KEPT = kept(
    "scheduled",
    _("Plans to send later are kept, days"),
    _("How a message was planned that has been sent since; the message itself stays in its conversation."),
    90,
)
DRAFTS_KEPT = kept(
    "drafts", _("Drafts are kept, days"), _("What somebody began to write and has not touched for this long."), 90
)
UPLOADS_KEPT = kept(
    "uploads", _("Chosen files are kept, days"), _("Files that somebody chose for an answer and never sent."), 2
)
ROUNDS_KEPT = kept(
    "rounds",
    _("Rounds of Auto Assign are kept, days"),
    _("Why somebody got a conversation, or nobody did, can be read for this long."),
    90,
)
BULK_KEPT = kept(
    "bulk",
    _("Bulk actions are kept, days"),
    _("How an action on many rows was asked for; what it did stands in the timelines and in the audit log."),
    7,
)
IMPORTS_KEPT = kept(
    "imports",
    _("Imports are kept, days"),
    _("What came of an import and which lines it refused; what it brought stays, whatever this says."),
    30,
)
