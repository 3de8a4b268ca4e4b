"""How the simulated providers say no: their error envelopes, and every code that Monty must know."""

import json
from typing import Any, TypeVar

from django.http import HttpResponse


class Refusal(Exception):
    """An answer that is an error. `body`: JSON, or text where a proxy in front of the provider answers."""

    def __init__(self, status: int, body: dict[str, Any] | str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = headers or {}

    @property
    def response(self) -> HttpResponse:
        if isinstance(self.body, str):
            return HttpResponse(self.body, status=self.status, content_type="text/html", headers=self.headers)
        content = json.dumps(self.body)
        return HttpResponse(content, status=self.status, content_type="application/json", headers=self.headers)


T = TypeVar("T")


def found(value: T | None, refusal: Refusal) -> T:
    """The value. Raises `refusal` if there is none."""
    if value is None:
        raise refusal
    return value


def graph(code: int, title: str, *, subcode: int | None = None, details: str = "", status: int = 0) -> Refusal:
    """Meta's envelope. WhatsApp explains itself in `error_data.details` and sends no subcode."""
    error: dict[str, Any] = {"message": f"(#{code}) {title}", "type": "OAuthException", "code": code}
    if subcode is not None:
        error["error_subcode"] = subcode
    if details:
        error["error_data"] = {"messaging_product": "whatsapp", "details": details}
    error |= {"is_transient": code in TRANSIENT, "fbtrace_id": "AbC123xyz"}
    return Refusal(status or STATUS.get(code, 400), {"error": error})


def problem(status: int, title: str, detail: str, **headers: str) -> Refusal:
    """X's envelope."""
    body = {"title": title, "detail": detail, "type": "about:blank", "status": status}
    return Refusal(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def errors_of_x(status: int, code: int, message: str) -> Refusal:
    """X's older envelope, which some of its answers still have."""
    return Refusal(status, {"errors": [{"code": code, "message": message}]})


TRANSIENT = {2, 2494100, 131000, 131016, 133004, 131057}
STATUS = dict.fromkeys(range(200, 300), 403) | {
    **dict.fromkeys((0, 190), 401),
    **dict.fromkeys((10, 131005), 403),
    **dict.fromkeys((132001,), 404),
    **dict.fromkeys((1, 131000, 131016, 131045, 131057), 500),
    **dict.fromkeys((2, 133004), 503),
}

# code, subcode, what it means
GRAPH = [
    (1, None, "Unknown error"),
    (2, None, "Service temporarily unavailable"),
    (4, None, "The app's request limit is reached"),
    (17, None, "The user's request limit is reached"),
    (32, None, "The page's request limit is reached"),
    (341, None, "The application's limit is reached"),
    (613, None, "Too many calls"),
    (613, 2534040, "Too many calls for this account"),
    (2494100, None, "Something went wrong for a moment"),
    (0, None, "The token cannot be used"),
    (3, None, "The app may not do this"),
    (10, None, "A permission is missing"),
    (102, None, "The session has expired"),
    (190, None, "The access token is invalid"),
    (190, 458, "The user has removed the app"),
    (190, 459, "The user must log in at the provider"),
    (190, 460, "The password was changed"),
    (190, 463, "The token has expired"),
    (190, 464, "The user is not confirmed"),
    (190, 467, "The token is no longer valid"),
    (190, 492, "The user has no role on the page any more"),
    (200, None, "A permission was withdrawn"),
]
MESSAGING = [
    (551, None, "This person is not available"),
    (551, 1545041, "This person is not available right now"),
    (10, 2018108, "This person does not receive messages from the page"),
    (100, 2018001, "No such person"),
    (100, None, "A parameter is invalid"),
    (100, 2018047, "The attachment's type does not match"),
    (100, 2018109, "The attachment is too large"),
    (100, 2018074, "No such attachment"),
    (100, 2018008, "The file could not be fetched"),
    (100, 2018294, "The video took too long"),
    (100, 2018300, "Another app controls the conversation"),
    (200, 1545041, "This person is not available right now"),
    (200, 2018321, "Another app controls the conversation"),
]
FACEBOOK = [
    (10, 2018278, "Outside of the allowed window"),
    (10, 2018065, "Outside of the allowed window"),
    (613, 2018338, "The tag was abused"),
    (10, 1893063, "The page is restricted"),
    (2022, None, "The page may not send messages for now"),
    (200, 2018028, "The person has no role in the app"),
]
INSTAGRAM = [
    (10, 2534022, "Outside of the allowed window"),
    (100, 2534014, "No such person"),
    (9000001, None, "The person cannot be reached"),
    (100, 2534015, "A parameter is invalid"),
    (100, 2534068, "Several pictures at once are not available"),
    (100, 2534037, "Another app controls the conversation"),
    (200, 2534041, "Access to messages is switched off"),
    (10, 2534077, "The link to the page is broken"),
    (100, 2534013, "The account cannot be used"),
    (100, 2534029, "The account is not linked"),
    (36103, None, "The account is not a professional one"),
]
WHATSAPP = [
    (130429, None, "The throughput is reached"),
    (131056, None, "Too many messages to this person"),
    (80007, None, "The account's limit is reached"),
    (33, None, "The parameter's value is not valid"),
    (131000, None, "Something went wrong"),
    (131016, None, "Service overloaded"),
    (133004, None, "Server temporarily unavailable"),
    (131057, None, "Account in maintenance"),
    (131048, None, "Spam limit"),
    (131064, None, "Messaging limit"),
    (368, None, "Blocked for breaking the rules"),
    (131031, None, "The account is locked"),
    (131042, None, "Payment trouble"),
    (131044, None, "Payment trouble with the provider of credit"),
    (130497, None, "Not allowed in this country"),
    (131045, None, "The number is not registered"),
    (133010, None, "The number is not registered"),
    (131037, None, "The display name is not approved"),
    (131005, None, "Access denied"),
    (131026, None, "Undeliverable"),
    (131021, None, "Sender and recipient are the same"),
    (131030, None, "Not on the list of test numbers"),
    (130472, None, "The person is part of an experiment"),
    (131049, None, "Not delivered, to keep the ecosystem healthy"),
    (131050, None, "The person opted out of marketing"),
    (131062, None, "The business-scoped id is not supported here"),
    (131047, None, "More than 24 hours since the customer's last message"),
    (131008, None, "A parameter is missing"),
    (131009, None, "A parameter's value is not valid"),
    (131051, None, "Unsupported kind of message"),
    (131052, None, "The file could not be downloaded"),
    (131053, None, "The file could not be uploaded"),
    (132000, None, "The number of the template's values is wrong"),
    (132001, None, "No such template"),
    (132005, None, "The template's text is too long"),
    (132007, None, "The template breaks the rules"),
    (132008, None, "A template's value has the wrong form"),
    (132012, None, "A template's value has the wrong form"),
    (132015, None, "The template is paused"),
    (132016, None, "The template is disabled"),
    (131063, None, "The kind of message is not supported for this person"),
    (135000, None, "Something went wrong with the request"),
]
# Those that come as a status, after the message was accepted.
LATER = {131026, 131047, 131049, 131053, 130472, 131048, 131050}
# What X says in `errors`: status, code, message
X_CODES = [
    (403, 349, "You cannot send messages to this user."),
    (403, 150, "You cannot send messages to users who are not following you."),
]
# status, title, detail
X = [
    (400, "Invalid Request", "One or more parameters to your request was invalid."),
    (401, "Unauthorized", "Unauthorized"),
    (403, "Forbidden", "You cannot send messages to this user."),
    (404, "Not Found Error", "Could not find the conversation."),
    (503, "Service Unavailable", "The service is temporarily unavailable."),
]

TITLES = {code: title for code, _none, title in WHATSAPP}


def whatsapp(code: int, details: str) -> Refusal:
    return graph(code, TITLES.get(code, "Invalid parameter"), details=details)


def demand_of_whatsapp(condition: object, details: str, *, code: int = 100) -> None:
    """Raises Refusal unless the condition holds; WhatsApp says why in `details`."""
    if not condition:
        raise whatsapp(code, details)
