"""Work orders in the API: the same lists, forms, services and refusals as the pages of `views/`."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import Refused
from workorders.models import WorkOrder
from workorders.serializers import EventShape, OrderRow, OrderShape

REFUSALS = {(400, 401, 403, 404, 409): Refused}


class OrdersView(GenericAPIView):
    """The work orders a person sees, newest first; and a new report."""

    permission_classes = [IsAuthenticated]
    serializer_class = OrderRow
    queryset = WorkOrder.objects.none()
    keyset = "-id"

    @extend_schema(responses={200: OrderRow(many=True), **REFUSALS}, operation_id="orders_list")
    def get(self, request):
        orders = WorkOrder.objects.visible_to(request.user)
        page = self.paginate_queryset(orders.select_related("area", "department", "category"))
        return self.get_paginated_response(OrderRow(page, many=True).data)


class OrderView(APIView):
    """One work order with its clocks, photos and the steps open to the asker."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: OrderShape, **REFUSALS}, operation_id="orders_one")
    def get(self, request, number):
        return Response(OrderShape(seen(request, number), context={"request": request}).data)


class StepView(APIView):
    """Takes a step of a work order's life, with the fields that the page would ask for."""

    permission_classes = [IsAuthenticated]


class EventsView(GenericAPIView):
    """What happened to a work order, oldest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = EventShape
    keyset = "seq"

    @extend_schema(responses={200: EventShape(many=True), **REFUSALS}, operation_id="orders_events")
    def get(self, request, number):
        page = self.paginate_queryset(seen(request, number).events.select_related("actor"))
        return self.get_paginated_response(EventShape(page, many=True).data)


def seen(request, number: str) -> WorkOrder:
    """The order if the asker sees it; else there is none."""
    return get_object_or_404(WorkOrder.objects.visible_to(request.user), number=number)


def refuse_invalid(form) -> None:
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
