"""REST: the catalogue, and the orders of the conversations that one may see, with their verbs."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import ReadOnlyModelViewSet

from conversations.api.bodies import Nothing, Reason, WindowProblem
from monty.rest import NewestFirst
from monty.schema import ProblemSerializer, problem_responses
from orders import bodies, doors, offers
from orders.filters import OrderFilter
from orders.models import Order
from orders.payments import asking
from orders.serializers import OrderSerializer, VersionSerializer
from orders.wishes import currency_for, facts_in, picks_of
from teams.rest import GenericRest

REFUSED: dict[Any, Any] = problem_responses(bodies.OrderProblem, 409)
NOT_SENT: dict[Any, Any] = {
    **problem_responses(ProblemSerializer, 400),
    **problem_responses(bodies.SendProblem, 409),
    **problem_responses(WindowProblem, 422),
}


def verb(
    name: str, press: Callable[..., Any], body: type[Serializer] = Nothing, *, refusals: dict[Any, Any] = REFUSED
) -> Any:
    """The POST address of a verb; `press` gets the order and the body's fields."""

    def run(view: "OrderViewSet", request: Request, pk: str) -> Response:
        order = view.get_object()
        press(order, by=view.teammate, **view.body(body))
        return view.shown(order.pk)

    run.__name__ = name
    run.__doc__ = (press.__doc__ or "").partition("\n")[0]
    answers = {200: OrderSerializer, **refusals}
    return extend_schema(request=body, responses=answers)(action(detail=True, methods=["post"])(run))


class OrderViewSet(GenericRest, ReadOnlyModelViewSet):
    """The orders of the conversations you may see, newest first, and what can be done with one."""

    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    pagination_class = NewestFirst
    filterset_class = OrderFilter

    def get_queryset(self) -> Any:
        return Order.objects.visible_to(self.teammate).for_rest()

    def shown(self, pk: int, status: int = 200) -> Response:
        return Response(OrderSerializer(Order.objects.for_rest().get(pk=pk)).data, status=status)

    @extend_schema(
        request=bodies.Create,
        responses={201: OrderSerializer, **REFUSED},
    )
    def create(self, request: Request) -> Response:
        """Draw up an order in a conversation."""
        fields = self.body(bodies.Create)
        conversation, another = fields.pop("conversation"), fields.pop("another")
        picks = picks_of(fields.pop("lines", []))
        facts = facts_in(currency_for(Order(), picks), fields)
        order = Order.start(conversation, facts, picks, by=self.teammate, another=another)
        return self.shown(order.pk, 201)

    change = verb("change", doors.change, bodies.Change)
    send = verb("send", offers.send, refusals=NOT_SENT)
    place = verb("place", Order.place, bodies.Place)
    ask_payment = verb("ask_payment", asking.ask, bodies.AskPayment)
    pay = verb("pay", doors.pay, bodies.Pay)
    fulfil = verb("fulfil", Order.fulfil)
    cancel = verb("cancel", Order.cancel, Reason)
    refund = verb("refund", doors.refund, bodies.Refund)

    @extend_schema(responses=VersionSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=())
    def versions(self, request: Request, pk: str) -> Response:
        """What was changed since it was placed, oldest first."""
        rows = self.get_object().versions.select_related("order")
        return Response(VersionSerializer(rows, many=True).data)
