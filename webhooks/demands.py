"""What a subscription must be like: asked by the admin and REST alike. Everything raises BadInput."""

from collections.abc import Collection, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from channels_app import guarded
from monty.errors import BadInput
from teams.models import Team, Teammate
from webhooks.verbs import known

IS_ADDRESS = URLValidator(schemes=["http", "https"])


def url(address: str) -> None:
    """By https and in the open internet. What a name resolves to is asked whenever something is sent."""
    try:
        IS_ADDRESS(address)
        parsed = urlsplit(address)
        host, _port = parsed.hostname or "", parsed.port
    except (ValidationError, ValueError) as error:
        raise BadInput(_("This is no address."), field="url") from error
    if parsed.username is not None or parsed.password is not None:
        raise BadInput(_("Leave out the user's name: the signature proves who posts."), field="url")
    if is_near(address):
        return
    if parsed.scheme != "https":
        raise BadInput(_("Only addresses with https:// are posted to."), field="url")
    if is_private(host):
        raise BadInput(_("This address is not public."), field="url")


def is_near(address: str) -> bool:
    """This machine itself, while Monty is developed on it."""
    host = urlsplit(address).hostname or ""
    return settings.DEBUG and (host == "localhost" or (is_address(host) and ip_address(host).is_loopback))


def is_private(host: str) -> bool:
    if is_address(host):
        return not guarded.is_public(host)
    return host == "localhost" or host.endswith(".localhost")


def is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def verbs(names: Sequence[str]) -> None:
    if strange := [name for name in names if name not in known()]:
        raise BadInput(_("There is no event “%(name)s”.") % {"name": strange[0]}, field="verbs")


def teams(chosen: Collection[Team] | None, *, by: Teammate) -> None:
    """None: all. Nobody has other programs told of teams beyond their own reach."""
    if chosen is not None and not chosen:
        raise BadInput(_("Choose teams, or all of them."), field="teams")
    if not by.own_teams_only:
        return
    mine = set(Team.objects.within_reach(by).values_list("pk", flat=True))
    if chosen is None or not {team.pk for team in chosen} <= mine:
        raise BadInput(_("Your role reaches your own teams only: choose among them."), field="teams")
