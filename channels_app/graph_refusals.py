"""What the Graph API's errors mean: one table for Messenger, Instagram and WhatsApp, as data."""

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import httpx
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from channels_app.verdicts import Refused, Verdict

# How long a limit is waited for when Meta does not say how long, and at most whatever it says.
WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(days=1)


class Meaning(NamedTuple):
    """What an error means for a message, and for a person. `of_recipient`: the limit is that of one person."""

    verdict: Verdict
    words: Any  # a sentence, translated when it is read
    wait: timedelta | None = None
    of_recipient: bool = False


# Later rows are more exact than earlier ones. A span (200-299) stands for every code in it.
CODES: list[tuple[str, Meaning]] = [
    # Trouble on Meta's side. 2 may also mean that the person blocked the page; nothing tells the two apart.
    ("1 2 131000 131016 133004 131057 2494100", Meaning(Verdict.RETRY, lazy("Meta has a temporary fault."))),
    ("131053", Meaning(Verdict.RETRY, lazy("WhatsApp could not take the file."))),
    # Limits.
    ("4 17 32 341 613 80001-80014", Meaning(Verdict.WAIT, lazy("Meta's limit of calls is reached."))),
    ("130429", Meaning(Verdict.WAIT, lazy("This number sends faster than WhatsApp allows."), timedelta(seconds=4))),
    (
        "131056",
        Meaning(Verdict.WAIT, lazy("Too many messages to this person in a short time."), timedelta(seconds=16), True),
    ),
    # A person must act before anything goes out again.
    ("0 102 190 2500", Meaning(Verdict.RECONNECT, lazy("Meta does not accept the access token any more."))),
    ("3 10 200-299 131005", Meaning(Verdict.RECONNECT, lazy("The app lacks a permission that Meta asks for."))),
    ("2022", Meaning(Verdict.RECONNECT, lazy("Meta has restricted what this page may send."))),
    ("131048", Meaning(Verdict.RECONNECT, lazy("WhatsApp holds this number back: too many people reported spam."))),
    ("131064", Meaning(Verdict.RECONNECT, lazy("The number's messaging limit is reached."))),
    ("368 131031", Meaning(Verdict.RECONNECT, lazy("Meta has blocked the account for breaking its rules."))),
    ("131042 131044", Meaning(Verdict.RECONNECT, lazy("The account's payment method needs attention at Meta."))),
    ("130497", Meaning(Verdict.RECONNECT, lazy("The account may not write to people in this country."))),
    ("131045 133010", Meaning(Verdict.RECONNECT, lazy("The phone number is not registered with WhatsApp."))),
    ("131037", Meaning(Verdict.RECONNECT, lazy("WhatsApp has not approved the number's display name."))),
    ("36103", Meaning(Verdict.RECONNECT, lazy("The Instagram account's settings do not allow this."))),
    # The window.
    ("131047", Meaning(Verdict.WINDOW, lazy("More than 24 hours have passed since the customer last wrote."))),
    # This person cannot be reached.
    ("551 9000001", Meaning(Verdict.UNREACHABLE, lazy("This person cannot be written to at present."))),
    ("131026", Meaning(Verdict.UNREACHABLE, lazy("WhatsApp cannot deliver to this person."))),
    ("131030", Meaning(Verdict.UNREACHABLE, lazy("The number is not on the test account's list of recipients."))),
    # This message cannot be sent.
    ("100", Meaning(Verdict.PERMANENT, lazy("Meta does not accept this message."))),
    ("230", Meaning(Verdict.PERMANENT, lazy("The person has not agreed to this yet: they have to write first."))),
    ("131021", Meaning(Verdict.PERMANENT, lazy("The number cannot write to itself."))),
    ("130472 131049", Meaning(Verdict.PERMANENT, lazy("WhatsApp does not show this person such messages now."))),
    ("131050", Meaning(Verdict.PERMANENT, lazy("This person does not want marketing messages."))),
    ("131062", Meaning(Verdict.PERMANENT, lazy("This kind of message needs the person's phone number."))),
    ("131008 131009 131051", Meaning(Verdict.PERMANENT, lazy("WhatsApp does not accept this message."))),
    ("132001", Meaning(Verdict.PERMANENT, lazy("The template does not exist in this language, or is not approved."))),
    (
        "132000 132005 132007 132008 132012 131063 135000",
        Meaning(Verdict.PERMANENT, lazy("The template and the values for it do not fit together.")),
    ),
    ("132015 132016", Meaning(Verdict.PERMANENT, lazy("WhatsApp has paused or disabled this template."))),
    ("131052", Meaning(Verdict.PERMANENT, lazy("The customer's file cannot be downloaded from WhatsApp."))),
]

# A subcode says more than its code, and means the same under whichever code it comes.
SUBCODES: list[tuple[str, Meaning]] = [
    ("2018008 2018294", Meaning(Verdict.RETRY, lazy("Meta could not fetch the file in time."))),
    ("2534040", Meaning(Verdict.WAIT, lazy("Instagram's limit of messages is reached."))),
    ("458", Meaning(Verdict.RECONNECT, lazy("The app was removed from the account."))),
    (
        "459 464",
        Meaning(Verdict.RECONNECT, lazy("Facebook wants the token's owner to log in and confirm the account.")),
    ),
    ("460", Meaning(Verdict.RECONNECT, lazy("The token's owner has changed the password."))),
    ("463 467", Meaning(Verdict.RECONNECT, lazy("The access token has expired."))),
    ("492", Meaning(Verdict.RECONNECT, lazy("The token's owner has no role on the page any more."))),
    ("2018338", Meaning(Verdict.RECONNECT, lazy("Meta says that the Human Agent tag was misused."))),
    ("1893063", Meaning(Verdict.RECONNECT, lazy("Meta has restricted what this page may send."))),
    ("2018028", Meaning(Verdict.RECONNECT, lazy("The app is in development: it may only write to those with a role."))),
    (
        "2534041",
        Meaning(Verdict.RECONNECT, lazy("Switch on “Allow access to messages” in the settings of Instagram's app.")),
    ),
    ("2534077", Meaning(Verdict.RECONNECT, lazy("The link between the page and the Instagram account is broken."))),
    ("2534013 2534029", Meaning(Verdict.RECONNECT, lazy("The Instagram account's settings do not allow this."))),
    ("2018278 2534022 2018065", Meaning(Verdict.WINDOW, lazy("Meta's window for answering has passed."))),
    # The page on sending calls 1545041 a window that is closed, the page on errors a person who is not available.
    ("1545041 2018108", Meaning(Verdict.UNREACHABLE, lazy("This person cannot be written to at present."))),
    ("2018001 2534014", Meaning(Verdict.UNREACHABLE, lazy("Meta does not know this person."))),
    ("33", Meaning(Verdict.PERMANENT, lazy("Meta does not know this object, or does not show it to the app."))),
    ("2018047", Meaning(Verdict.PERMANENT, lazy("The file is not of the kind that it was sent as."))),
    ("2018109", Meaning(Verdict.PERMANENT, lazy("The file is too large for Meta."))),
    ("2018074", Meaning(Verdict.PERMANENT, lazy("Meta does not know the uploaded file any more."))),
    ("2534015", Meaning(Verdict.PERMANENT, lazy("Instagram does not accept this message."))),
    ("2534068", Meaning(Verdict.PERMANENT, lazy("Several pictures in one message are not possible here."))),
    ("2018218 2018247", Meaning(Verdict.PERMANENT, lazy("Meta does not tell this person's profile."))),
    (
        "2018300 2018321 2534037",
        Meaning(Verdict.PERMANENT, lazy("Handled elsewhere: another app has taken over this conversation.")),
    ),
]

# For answers without Meta's envelope: a proxy spoke, or the address is not that of the API.
STATUSES: list[tuple[str, Meaning]] = [
    ("300-399 401 403 404 405", Meaning(Verdict.RECONNECT, lazy("The address of the API is not right."))),
    ("400 402 406-499", Meaning(Verdict.PERMANENT, lazy("The request was not accepted."))),
    ("408", Meaning(Verdict.RETRY, lazy("Meta has a temporary fault."))),
    ("413", Meaning(Verdict.PERMANENT, lazy("The file is too large for Meta."))),
    ("429", Meaning(Verdict.WAIT, lazy("Meta's limit of calls is reached."))),
    ("500-599", Meaning(Verdict.RETRY, lazy("Meta has a temporary fault."))),
]


def by_number(rows: Iterable[tuple[str, Meaning]]) -> dict[int, Meaning]:
    return {number: meaning for numbers, meaning in rows for number in spelled_out(numbers)}


def spelled_out(numbers: str) -> Iterator[int]:
    for part in numbers.split():
        first, _dash, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


OF_CODE, OF_SUBCODE, OF_STATUS = by_number(CODES), by_number(SUBCODES), by_number(STATUSES)


def meaning_of(code: Any, subcode: Any = None) -> Meaning | None:
    """What this error means; None for one that Monty does not know."""
    return OF_SUBCODE.get(number(subcode)) or OF_CODE.get(number(code))


def number(value: Any) -> int:
    """Codes come as integers, seldom as strings. -1, which no error has, for anything else."""
    return int(value) if str(value).isdecimal() and len(str(value)) < 10 else -1


def answer_of(response: httpx.Response) -> dict[str, Any]:
    """The object that Meta answers with. Raises Refused for anything but a success that can be read."""
    body = body_of(response)
    if response.is_success and body is not None and "error" not in body:
        return body
    raise refusal(response, body)


def body_of(response: httpx.Response) -> dict[str, Any] | None:
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def refusal(response: httpx.Response, body: dict[str, Any] | None) -> Refused:
    """Why a call failed. The code decides, then Meta's own word that it will pass, then the HTTP status."""
    error = (body or {}).get("error")
    if not isinstance(error, dict):
        return unreadable(response)
    code, subcode = error.get("code"), error.get("error_subcode")
    meaning = meaning_of(code, subcode) or unknown_error(error, response.status_code)
    return Refused(
        meaning.verdict,
        str(meaning.words),
        code="/".join(str(each) for each in (code, subcode) if isinstance(each, int | str) and each != "")[:60],
        wait=meaning.wait or (stated_wait(response.headers) if meaning.verdict == Verdict.WAIT else None),
        of_recipient=meaning.of_recipient,
    )


def unreadable(response: httpx.Response) -> Refused:
    """An answer that is not the API's. A success that cannot be read may well have sent the message."""
    status = response.status_code
    meaning = OF_STATUS.get(status, Meaning(Verdict.UNKNOWN, lazy("Meta's answer cannot be read.")))
    wait = stated_wait(response.headers) if meaning.verdict == Verdict.WAIT else None
    return Refused(meaning.verdict, str(meaning.words), code=f"HTTP {status}", wait=wait)


def unknown_error(error: dict[str, Any], status: int) -> Meaning:
    passing = error.get("is_transient") is True or status >= 500
    if passing:
        return Meaning(Verdict.RETRY, lazy("Meta has a temporary fault."))
    limited = status == 429
    return Meaning(Verdict.WAIT if limited else Verdict.PERMANENT, in_metas_words(error))


def in_metas_words(error: dict[str, Any]) -> str:
    """Meta's own explanation, where Monty has none. Never for what is about tokens: Meta quotes the token then."""
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else data
    said = next((each for each in (error.get("error_user_msg"), details, error.get("message")) if is_text(each)), "")
    return _("Meta says: %(words)s") % {"words": said[:300]} if said else _("Meta does not accept this message.")


def is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value) and "token" not in value.lower()


def stated_wait(headers: httpx.Headers) -> timedelta:
    """How long Meta asks us to wait: the longest of its usage headers, in minutes."""
    minutes = [*regain_times(headers.get("X-Business-Use-Case-Usage")), *regain_times(headers.get("X-App-Usage"))]
    stated = max(minutes, default=0)
    return min(timedelta(minutes=stated), LONGEST_WAIT) if stated > 0 else WAIT


def regain_times(header: str | None) -> Iterator[float]:
    """`estimated_time_to_regain_access`, wherever it stands: one header nests it by business, the other does not."""
    try:
        found: list[Any] = [json.loads(header or "null")]
    except (ValueError, RecursionError):
        return
    while found:
        each = found.pop()
        if isinstance(each, dict):
            minutes = each.get("estimated_time_to_regain_access")
            yield from [float(minutes)] if isinstance(minutes, int) and minutes < 10**6 else []
        found += each.values() if isinstance(each, dict) else each if isinstance(each, list) else []
