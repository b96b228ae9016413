"""Work orders in the API: the same lists, forms, services and refusals as the pages of `views/`."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.serializers import refusals
from casework.api import refuse_unseen
from casework.refusals import NotYours
from casework.services import doors
from casework.templatetags.cases import tell
from casework.whole import Whole
from grids import jurisdiction
from grids.api import city_of
from grids.models import Area
from workorders.forms import FORMS, ReportForm
from workorders.forms.bulk import BulkForm
from workorders.models import WorkOrder
from workorders.selectors.branches import branches_in
from workorders.selectors.orders import several_visible, visible_order, visible_whole
from workorders.selectors.people import hidden_name
from workorders.selectors.queue import BY_CODE, Asker, sought
from workorders.selectors.whole import whole_of
from workorders.serializers import (
    BulkSay,
    EventShape,
    OrderRow,
    OrdersAsk,
    OrderShape,
    ReportSay,
    StepSay,
    VerdictShape,
)  # fmt: skip
from workorders.services import sending
from workorders.services.bulk import take_each
from workorders.services.undo import take, undo

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

    @extend_schema(request=ReportSay, responses={201: OrderShape, **WRITING}, operation_id="orders_report")
    def post(self, request):
        if "report_in" not in jurisdiction.permissions_of(request.user):
            raise NotYours(_("Your post does not let you report."))
        city = city_of(request.user, request.data.get("city"))
        form = ReportForm(with_initial(request.data, "datum", "source"), files_of(request), city=city)
        order = sending.send(by=request.user, **checked(form).said())
        address = request.build_absolute_uri(reverse("api:order", args=[order.number]))
        return Response(shape(order, request), status=201, headers={"Location": address})


class OrderView(APIView):
    """One work order with its clocks, photos and the steps open to the asker."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: OrderShape, **READING}, operation_id="orders_one")
    def get(self, request, number):
        order, read = visible_whole(request.user, number)
        return Response(shape(order, request, read))


class StepView(APIView):
    """Takes a step of a work order's life, with the fields that the page would ask for."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=StepSay, responses={200: OrderShape, **WRITING}, operation_id="orders_step")
    def post(self, request, number, step):
        order = visible_order(request.user, number)
        words = _("Someone else has just changed this order: %(what)s")
        refuse_unseen(order, request, words, lambda: tell(order, hides=hidden_name(order, request.user)))
        doors.allowed_step(order, step, request.user)
        form = checked(FORMS[step](request.data, files_of(request), order=order, step=step))
        return Response(shape(take(order, step, by=request.user, said=form.said()), request))


class UndoView(APIView):
    """Takes back one's own last step, within ten seconds, where nothing has followed it."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses={200: OrderShape, **WRITING}, operation_id="orders_undo")
    def post(self, request, number):
        return Response(shape(undo(visible_order(request.user, number), by=request.user), request))


class BulkView(APIView):
    """Takes one step for up to 200 orders: each for itself, each with a verdict; the fields are those of the step."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=BulkSay, responses={200: VerdictShape(many=True), **WRITING}, operation_id="orders_bulk")
    def post(self, request):
        form = checked(BulkForm(request.data))
        step, numbers = form.cleaned_data["step"], form.cleaned_data["numbers"]

        def said(order: WorkOrder) -> dict:
            return checked(FORMS[step](request.data, {}, order=order, step=step)).said()

        orders = several_visible(request.user, numbers)
        verdicts = take_each(numbers, orders, step, by=request.user, said=said)
        return Response(VerdictShape(verdicts, many=True).data)


class EventsView(GenericAPIView):
    """What happened to a work order, oldest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = EventShape
    keyset = "seq"

    @extend_schema(responses={200: EventShape(many=True), **READING}, operation_id="orders_events")
    def get(self, request, number):
        order = visible_order(request.user, number)
        page = self.paginate_queryset(order.events.all())
        told = {one.event.pk: one for one in tell(order, hides=hidden_name(order, request.user))}
        return self.get_paginated_response(EventShape(page, many=True, context={"told": told}).data)


def wanted(user, *, view="", status="", area="", city="", q="") -> QuerySet[WorkOrder]:
    """The orders that a person sees, narrowed as asked; each filter as on the desk."""
    found = WorkOrder.objects.visible_to(user).select_related("area", "department", "category")
    if city:
        found = found.filter(city__slug=city)
    if view:
        found = found.filter(BY_CODE[view].holds(Asker(user, city_of(user, city))))
    if status:
        found = found.filter(status=status)
    if area:
        found = found.filter(area__in=Area.objects.within(*Area.objects.filter(code=area)))
    return found.filter(sought(user, q)) if q else found


def shape(order: WorkOrder, request, read: Whole | None = None) -> dict:
    """The order as the API shows it; `read`: what came along with it, if that is all of today."""
    branches = branches_in((read or whole_of(order)).lists)
    return OrderShape(order, context={"request": request, "branches": branches}).data


def checked(form):
    """The form, if what it holds is whole; choices are named by their code here, as everywhere in the API."""
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField):
            people = field.queryset is not None and field.queryset.model is User
            field.to_field_name = "username" if people else "code"
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    return form


def with_initial(data: QueryDict, *names: str) -> QueryDict:
    """What was sent, and for the named fields that were left out what the page has chosen beforehand."""
    whole = QueryDict(mutable=True)  # a copy of `data` itself would copy its files
    for name in data:
        whole.setlist(name, data.getlist(name))
    for name in names:
        whole.setdefault(name, ReportForm.base_fields[name].initial)
    return whole


def files_of(request) -> dict[str, list]:
    """Several files of one name reach the field as a list."""
    return {name: request.FILES.getlist(name) for name in request.FILES}
