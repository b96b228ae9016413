"""Work orders in the API: the same lists, forms, services and refusals as the pages of `views/`."""

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import refusals
from casework.templatetags.cases import tell
from grids.api import city_of
from grids.models import Area
from workorders.models import WorkOrder
from workorders.selectors.orders import visible_order
from workorders.selectors.queue import BY_CODE, Asker, says
from workorders.serializers import EventShape, OrderRow, OrdersAsk, OrderShape

READING, WRITING = refusals(400, 401, 404), refusals(400, 401, 403, 404, 409, 413)


class OrdersView(GenericAPIView):
    """The work orders a person sees, newest first; and a new report."""

    permission_classes = [IsAuthenticated]
    serializer_class = OrderRow
    queryset = WorkOrder.objects.none()
    keyset = "-id"

    @extend_schema(parameters=[OrdersAsk], responses={200: OrderRow(many=True), **READING}, operation_id="orders_list")
    def get(self, request):
        ask = OrdersAsk(data=request.query_params)
        ask.is_valid(raise_exception=True)
        page = self.paginate_queryset(wanted(request.user, **ask.validated_data))
        return self.get_paginated_response(OrderRow(page, many=True).data)


class OrderView(APIView):
    """One work order with its clocks, photos and the steps open to the asker."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: OrderShape, **READING}, operation_id="orders_one")
    def get(self, request, number):
        order = visible_order(request.user, number)
        return Response(OrderShape(order, context={"request": request}).data)


class StepView(APIView):
    """Takes a step of a work order's life, with the fields that the page would ask for."""

    permission_classes = [IsAuthenticated]


class EventsView(GenericAPIView):
    """What happened to a work order, oldest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = EventShape
    keyset = "seq"

    @extend_schema(responses={200: EventShape(many=True), **READING}, operation_id="orders_events")
    def get(self, request, number):
        order = visible_order(request.user, number)
        page = self.paginate_queryset(order.events.all())
        told = {one.event.pk: one for one in tell(order)}
        return self.get_paginated_response(EventShape(page, many=True, context={"told": told}).data)


def wanted(user, *, view="", status="", area="", city="", q="") -> QuerySet[WorkOrder]:
    """The orders that a person sees, narrowed as asked; each filter as on the desk."""
    orders = WorkOrder.objects.visible_to(user).select_related("area", "department", "category")
    if city:
        orders = orders.filter(city__slug=city)
    if view:
        orders = orders.filter(BY_CODE[view].holds(Asker(user, city_of(user, city))))
    if status:
        orders = orders.filter(status=status)
    if area:
        orders = orders.filter(area__in=Area.objects.within(*Area.objects.filter(code=area)))
    return orders.filter(says(q))


def refuse_invalid(form) -> None:
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
