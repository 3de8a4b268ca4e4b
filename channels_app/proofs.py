"""Who a website says its visitor is, and whether it has proved that. Pure: no rows, no clock but that of the proof."""

import hashlib
import hmac
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from channels_app.border import storable
from monty.errors import BadInput

# How long a website's secret is, is its own choice; the admin says how long it should be.
warnings.filterwarnings("ignore", category=jwt.InsecureKeyLengthWarning)

# A signed word that never ends is a password which lies about in browsers.
LONGEST = timedelta(hours=24)
# How far a website's clock and ours may be apart.
LEEWAY = timedelta(seconds=30)
# Characters of a user id; with its prefix it is the channel's id of the person.
ID_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Person:
    """The website's user. `email_verified`: the address itself was signed, so mail may be sent there."""

    user_id: str
    name: str = ""
    email: str = ""
    email_verified: bool = False


def by_hash(secrets: Iterable[str], identity: dict[str, Any], user_hash: str) -> Person:
    """Proved by hex HMAC-SHA256(secret, user id). Name and e-mail come along unsigned. Raises BadInput."""
    user_id = storable(str(identity.get("user_id", "")))
    given = storable(user_hash).encode()
    proofs = [hmac.new(secret.encode(), user_id.encode(), hashlib.sha256).hexdigest().encode() for secret in secrets]
    if not (user_id and any(hmac.compare_digest(proof, given) for proof in proofs)):
        raise unproved("user_hash")
    return Person(user_id, identity.get("name", ""), identity.get("email", ""))


def by_jwt(secrets: Iterable[str], token: str) -> Person:
    """Proved by a JSON Web Token: HS256 and nothing else, `sub`, and an `exp` at most a day ahead. Raises BadInput."""
    claims = opened(secrets, token)
    user_id = storable(claims["sub"])
    if not 0 < len(user_id) <= ID_LENGTH:
        raise unproved("jwt")
    if float(claims["exp"]) > (timezone.now() + LONGEST + LEEWAY).timestamp():
        raise BadInput(_("This proof of identity is valid for longer than a day; that is not accepted."), field="jwt")
    email = address(claims.get("email"))
    return Person(user_id, storable(word(claims.get("name")))[:200], email, email_verified=bool(email))


def opened(secrets: Iterable[str], token: str) -> dict[str, Any]:
    options: Any = {"require": ["exp", "sub"]}
    for secret in secrets:
        try:
            return dict(jwt.decode(token, secret, algorithms=["HS256"], leeway=LEEWAY, options=options))
        except jwt.InvalidSignatureError:
            continue
        except jwt.ExpiredSignatureError as error:
            sentence = _("This proof of identity has expired. The website must give a new one.")
            raise BadInput(sentence, field="jwt") from error
        # Beside the library's own errors: bytes that are no token may fail anywhere in it.
        except (jwt.PyJWTError, ValueError, OverflowError) as error:
            raise unproved("jwt") from error
    raise unproved("jwt")


def address(claim: Any) -> str:
    """The e-mail address that was signed; "" for anything that is none."""
    email = storable(word(claim))
    try:
        validate_email(email)
    except ValidationError:
        return ""
    return email if len(email) <= 254 else ""


def word(claim: Any) -> str:
    return claim if isinstance(claim, str) else ""


def unproved(field: str) -> BadInput:
    return BadInput(_("The signature does not prove this identity."), field=field)
