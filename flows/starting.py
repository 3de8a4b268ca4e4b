"""How a flow begins in a conversation: by a person, by a trigger, or after the end."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.models import Conversation
from flows.models import Flow, FlowRun, TriggerKind
from flows.models.run import LOST
from monty.errors import BadInput
from teams.models import Teammate


def send(conversation: Conversation, flow: Flow, *, by: Teammate | None, node: str = "") -> FlowRun:
    """Give the conversation to this flow, at its start or at one of its nodes. Raises BadInput, WindowShut,
    VerbNotAllowed.
    """
    return begin(conversation, flow, TriggerKind.BY_HAND, by=by, node=node)


def send_offered(conversation: Conversation, flow: Flow, *, by: Teammate, node: str = "") -> FlowRun:
    """The same of one that people may send here. Raises BadInput for another."""
    if not Flow.objects.to_send(conversation).filter(pk=flow.pk).exists():
        raise BadInput(_("This flow cannot be sent here."), field="flow")
    return send(conversation, flow, by=by, node=node)


def begin(
    conversation: Conversation,
    flow: Flow,
    trigger: TriggerKind,
    *,
    by: Teammate | None,
    node: str = "",
    cause: int | None = None,
) -> FlowRun:
    """A run at the version that counts now, in one transaction with what the conversation becomes by it.

    Who carries it on is told by the conversation's event; whoever looks for lost runs finds it, too.
    """
    version = flow.demand_node(node)
    document = version.drawing
    told = {"flow_id": flow.pk, **({"node": document.nodes[node].title} if node else {})}
    with transaction.atomic():
        if trigger == TriggerKind.AFTER_CLOSE:
            conversation.follow_up(flow.name, by=None, **told)
        else:
            conversation.send_flow(flow.name, by=by, **told)
        # A run from which a person took the conversation may not have been told yet.
        for earlier in FlowRun.objects.under_way().filter(conversation=conversation):
            earlier.stop(by=None)
        return FlowRun.objects.create(
            conversation=conversation,
            flow=flow,
            version=version,
            node=node or document.start,
            heard=conversation.messages.aggregate(last=Max("pk"))["last"] or 0,
            due_at=timezone.now() + LOST,
            by=by,
            trigger=trigger,
            cause=cause,
        )
