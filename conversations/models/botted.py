"""While a bot has a conversation: how it gets it, what it may do, and how people get it back.

What a bot is, is told upstairs (`flows`). Here stands what holds whoever it is: it speaks only while it has the
conversation, and whatever a person does to the conversation takes it away.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _t

from channels_app.border import File, QuickReply
from conversations import window
from conversations.models.answered import Answered, offered
from conversations.models.contact import change
from conversations.models.episode import Episode
from conversations.models.message import Message
from conversations.models.message_states import Author, Status
from conversations.models.ownership import Owned
from conversations.models.states import ANY, LIVE, State
from monty.errors import VerbNotAllowed
from monty.fsm import Unchanged, verb
from teams.models import Team, Teammate

# Where a bot may have it: nobody else does, or it is over.
BOTTED = [State.OPEN, State.CLOSED]


class Botted(Answered, Owned):
    """The part of a conversation that a bot may have (`Conversation` inherits it)."""

    class Meta(Answered.Meta):
        abstract = True

    @property
    def with_bot(self) -> bool:
        return bool(self.bot)

    # --- How it gets it ---------------------------------------------------------------------------------------------

    @verb(source=LIVE, target=State.OPEN)
    def send_flow(self, flow: str, *, by: Teammate | None, **told: Any) -> dict[str, Any]:
        """Back to a bot, which answers from now on; `flow` is its name. It is nobody's work meanwhile.

        Raises WindowShut where a bot may not write now. `told`: what else is to be known of it, by ids.
        """
        self.policy().demand_reply(window.SenderKind.BOT)
        self.give(None)
        self.bot, self.asked_for_person = flow, False
        return {"flow": flow, **told}

    @verb(source=[State.CLOSED], by_hand=False, name="send_flow")
    def follow_up(self, flow: str, *, by: None, **told: Any) -> dict[str, Any]:
        """A bot asks something after the end. It stays closed, and what the customer answers reopens nothing."""
        self.policy().demand_reply(window.SenderKind.BOT)
        self.bot = flow
        return {"flow": flow, **told}

    @verb(source=LIVE, by_hand=False)
    def leave_to_people(self, *, by: None) -> None:
        """No bot wants it: Auto Assign need wait no longer."""
        if self.bot_asked_at is None:
            raise Unchanged
        self.bot_asked_at = None

    # --- What it may do ---------------------------------------------------------------------------------------------

    @verb(source=BOTTED, by_hand=False, name="reply")
    def say_as_bot(
        self,
        text: str,
        *,
        by: None,
        client_id: UUID,
        files: tuple[File, ...] = (),
        quick_replies: Sequence[QuickReply] = (),
        card: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Queue what a bot says; only while it has the conversation. Raises VerbNotAllowed, WindowShut, BadInput."""
        self.demand_bot("reply")
        self.policy().demand_reply(window.SenderKind.BOT)
        self.demand_text(text, files=files)
        self.channel.adapter.demand_length(text)
        self.channel.adapter.demand_quick_replies(quick_replies)
        told = {"author_kind": Author.BOT, "client_id": client_id, "details": offered(quick_replies, card)}
        message = self.say(text, by=None, files=files, **told)
        self.waiting_since = None
        return {"message": message}

    @verb(source=ANY, by_hand=False, name="note")
    def note_as_bot(self, text: str, *, by: None, client_id: UUID) -> dict[str, Any]:
        """A private note by a bot, which calls nobody."""
        self.demand_text(text)
        kind = {"author_kind": Author.BOT, "private": True, "status": Status.SENT}
        facts = {"conversation_id": self.pk, "channel": self.channel, "text": text, "client_id": client_id}
        return {"message": Message.objects.create(**kind, **facts)}

    @verb(source=ANY, by_hand=False, name="introduce")
    def learn_from_bot(self, told: Mapping[str, str], *, by: None) -> None:
        """What the customer told a bot of themselves: name, email, phone."""
        contact = self.identity.contact
        columns = {field.name: field.max_length for field in contact._meta.fields if field.name in told}
        news = {name: told[name][:longest] for name, longest in columns.items()}
        if not change(contact, {name: value for name, value in news.items() if value != getattr(contact, name)}):
            raise Unchanged

    @verb(source=ANY, by_hand=False)
    def rate(self, rating: int, *, by: None, comment: str = "") -> dict[str, Any]:
        """How content the customer was with the last episode, from 1 to 5, in its own words if there are any."""
        if not Episode.objects.rate(self.pk, rating, comment[:1000]):
            raise Unchanged
        return {"rating": rating}

    # --- How people get it back -------------------------------------------------------------------------------------

    @verb(source=[State.OPEN], target=State.ASSIGNED, by_hand=False)
    def take_over(self, *, by: Teammate) -> None:
        """Whoever presses it has the conversation, and the bot is silent. Raises VerbNotAllowed without a bot."""
        self.demand_bot("take_over")
        self.give(by)

    @verb(source=[State.OPEN], target=State.OPEN, by_hand=False)
    def hand_over(self, team: Team | None = None, *, by: None, asked: bool = True, because: str = "") -> dict[str, Any]:
        """The bot gives it to people: into this team's inbox, else its own. `asked`: the customer wants a person."""
        if not self.bot:
            raise Unchanged
        self.team = team or self.team
        self.give(None)
        self.asked_for_person = asked
        self.waiting_since = self.waiting_since or timezone.now()
        self.unread = max(self.unread, 1)
        return {"reason": because} if because else {}

    @verb(source=BOTTED, by_hand=False, name="end_flow")
    def let_go(self, *, by: None) -> None:
        """The bot has come to its end: what is live waits for people, where there is anything left to do."""
        if not self.bot:
            raise Unchanged
        self.bot = ""

    def demand_bot(self, verb: str) -> None:
        """Raises VerbNotAllowed."""
        if not self.bot:
            detail = _t("No bot has this conversation.")
            raise VerbNotAllowed(detail, verb=verb, state=self.state, allowed=self.allowed_verbs())
