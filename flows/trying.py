"""The simulator beside the editor: a customer's part played by whoever draws the flow.

Nothing is kept between two requests: the browser tells everything that was done so far, and it is played again. So
the same talk can be tried on with another version of the drawing.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.timesince import timeuntil

from channels_app.adapters import ADAPTERS
from channels_app.models import Channel
from conversations.models import Contact
from flows.calling import Told
from flows.document import ID, Document
from flows.models import Flow, FlowVersion, RunState
from flows.pretended import Line, Setting
from flows.problems import of_shape, problems
from flows.rehearsal import Play, Rehearsal, broken
from monty.forms import StrictForm

# Of one talk.
MOST_ACTS, LONGEST_TEXT = 200, 4096
ACTS = ("say", "time", "answer", "silence")


class Act(forms.JSONField):
    """What was done so far, in order: {"act": "say", "text": …, "payload": …}, or {"act": "time"} for what it waits
    for, or {"act": "answer", "value": …} and {"act": "silence"} for another system.
    """

    def clean(self, value: Any) -> list[dict[str, Any]]:
        acts = super().clean(value) or []
        if not isinstance(acts, list) or len(acts) > MOST_ACTS:
            raise forms.ValidationError(self.error_messages["invalid"])
        if not all(isinstance(each, dict) and each.get("act") in ACTS for each in acts):
            raise forms.ValidationError(self.error_messages["invalid"])
        return acts


class Talk(StrictForm):
    """Who writes on which kind of channel, and what they have done so far."""

    document = forms.JSONField()
    kind = forms.ChoiceField(choices=[(kind, adapter.label) for kind, adapter in ADAPTERS.items()])
    name = forms.CharField(required=False, max_length=100)
    opening = forms.CharField(required=False, max_length=LONGEST_TEXT)
    node = forms.RegexField(ID, required=False)
    acts = Act(required=False)


def rehearse(version: FlowVersion, talk: Mapping[str, Any]) -> dict[str, Any] | None:
    """What came of it, as JSON; None while the document is none that could be read, or has no start."""
    raw = talk["document"]
    if next(of_shape(raw), None) or raw["start"] not in {each["id"] for each in raw["nodes"]}:
        return None
    document, found = Document.of(raw), problems(raw, version.flow.surroundings)
    start = talk["node"] if talk["node"] in document.nodes else ""
    play = Play(version.flow, version.pk, document, broken(found))
    setting = Setting(channel_of(version.flow, talk["kind"]), Contact(name=talk["name"]))
    now = timezone.now()
    tried = Rehearsal(play, setting, now, opening=talk["opening"], node=start)
    for each in talk["acts"]:
        do(tried, each)
    return told(tried)


def channel_of(flow: Flow, kind: str) -> Channel:
    """The flow's own of this kind, else any, else one that there is not."""
    known = Channel.objects.filter(kind=kind, active=True).select_related("team")
    return flow.channels.filter(kind=kind).first() or known.first() or Channel(kind=kind, name=ADAPTERS[kind].label)


def do(tried: Rehearsal, act: Mapping[str, Any]) -> None:
    match act["act"]:
        case "say":
            tried.hear(str(act.get("text", ""))[:LONGEST_TEXT], str(act.get("payload", "")))
        case "time":
            tried.pass_time()
        case "answer":
            tried.answer(Told(act.get("value")))
        case "silence":
            tried.answer(Told(problem="–"))


def told(tried: Rehearsal) -> dict[str, Any]:
    run, conversation = tried.run, tried.conversation
    return {
        "lines": [line_told(each) for each in tried.lines],
        "way": [{"node": each.node, "exit": each.exit, "fate": each.fate} for each in tried.own_way],
        "here": run.node if run.is_under_way and run.version_id == tried.play.version_id else "",
        "elsewhere": run.version_id != tried.play.version_id,
        "under_way": run.is_under_way,
        "state": RunState(run.state).label,
        "reason": run.reason,
        "waits": timeuntil(tried.waits_until, conversation.now) if tried.waits_until else "",
        "calls": f"{tried.calling.method} {tried.calling.url}" if tried.calling else "",
        "answers": tried.answers,
        "contact": {name: getattr(conversation.contact, name) for name in ("name", "email", "phone")},
        "labels": conversation.named_labels,
    }


def line_told(line: Line) -> dict[str, Any]:
    return {
        "who": line.who,
        "text": line.text,
        "buttons": [asdict(each) for each in line.buttons],
        "files": list(line.files),
    }
