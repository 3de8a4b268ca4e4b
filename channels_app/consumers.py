"""The sockets: receive-only but for the heartbeat. A browser acts through HTTP."""

import json
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from channels_app import live, origins
from channels_app.models import Channel, Visitor
from teams import presence
from teams.login import second_factor
from teams.models import Teammate

# Codes of our own (4000-4999 are free for applications): the browser does not come back after these.
LOGGED_OUT = 4401
REFUSED = 4403
# After this one it comes back at once: the process leaves, others are there. (A server may not send 1012 itself.)
RESTARTS = 4503


class LiveConsumer(AsyncWebsocketConsumer):
    """A socket in the registry, from when its person is known until it ends."""

    # False once refused or gone: what still comes in, or was under way meanwhile, must not bring it back.
    welcome = True

    async def join(self, groups: list[str]) -> None:
        if self.welcome:
            live.registry.join(self, groups)
            await self.send(text_data=live.encode({"hint": "ready"}))

    async def refuse(self, code: int) -> None:
        self.leave()
        await self.close(code)

    async def dismiss(self) -> None:
        await self.refuse(RESTARTS)

    async def disconnect(self, code: int) -> None:
        self.leave()

    def leave(self) -> None:
        self.welcome = False
        live.registry.leave(self)

    async def deliver(self, text: str) -> None:
        await self.send(text_data=text)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        try:
            frame = json.loads(text_data or "")
        except (ValueError, RecursionError):
            frame = None
        if isinstance(frame, dict) and self.welcome:
            await self.heard(frame)

    async def heard(self, frame: dict[str, Any]) -> None:
        """A well-formed frame from the browser. Anything unknown is ignored."""

    def header(self, name: bytes) -> str:
        return dict(self.scope["headers"]).get(name, b"").decode("latin-1")

    def origin(self) -> str:
        return self.header(b"origin")


class InboxConsumer(LiveConsumer):
    """An agent's live events. Groups are joined by who the agent is, and anew when that changes."""

    async def connect(self) -> None:
        await self.accept()
        if not self.same_origin():
            await self.refuse(REFUSED)
        else:
            await self.come_in()

    def same_origin(self) -> bool:
        """The session cookie comes along from any page; only Monty's own pages may use it here."""
        return origins.is_own(self.origin(), self.header(b"host"))

    async def come_in(self) -> None:
        groups = await self.groups_of_person()
        if groups is None:
            await self.refuse(LOGGED_OUT)
        else:
            await self.join(groups)

    @database_sync_to_async
    def groups_of_person(self) -> list[str] | None:
        """Read afresh from the database; None when the person may no longer be here. Counts as a sign of life."""
        person = Teammate.objects.filter(pk=self.scope["user"].pk, is_active=True).first()
        if person is None or not self.session_stands(person) or second_factor.is_missing(person):
            return None
        presence.seen(person)
        if person.stays_out:
            return [live.person(person.pk)]
        teams = [live.team(team_id) for team_id in person.memberships.values_list("team", flat=True)]
        return [live.person(person.pk), live.EVERYBODY, *teams, *([live.OVERSEERS] if person.oversees else [])]

    def session_stands(self, person: Teammate) -> bool:
        """A log-out or a changed password elsewhere ends the session under an open socket."""
        session = self.scope["session"]
        return session.exists(session.session_key) and session.get("_auth_user_hash") == person.get_session_auth_hash()

    async def deliver(self, text: str) -> None:
        await super().deliver(text)
        if text == MEMBERSHIP_FRAME:
            await self.come_in()

    async def heard(self, frame: dict[str, Any]) -> None:
        if frame.get("type") == "heartbeat":
            await self.come_in()


MEMBERSHIP_FRAME = live.encode({"hint": "membership"})


class VisitorConsumer(LiveConsumer):
    """A visitor's live events. The first frame says who it is: a token has no business in an address."""

    async def connect(self) -> None:
        await self.accept()
        if not await self.admitted():
            await self.refuse(REFUSED)

    @database_sync_to_async
    def admitted(self) -> bool:
        channel = Channel.objects.webchats().filter(uuid=self.uuid).first()
        if channel is None:
            return False
        return origins.is_own(self.origin(), self.header(b"host")) or channel.webchat.admits(self.origin())

    @property
    def uuid(self) -> Any:
        return self.scope["url_route"]["kwargs"]["channel"]

    async def heard(self, frame: dict[str, Any]) -> None:
        if frame.get("type") != "auth":
            return
        visitor = await self.visitor(str(frame.get("token", "")))
        if visitor is None:
            await self.refuse(LOGGED_OUT)
        else:
            await self.join([live.visitor(visitor.external_id, visitor.channel_id)])

    @database_sync_to_async
    def visitor(self, token: str) -> Visitor | None:
        return Visitor.objects.welcome(token, self.uuid)
