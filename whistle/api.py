"""Whistles, supervised cases and notices in the API: the same lists, forms, services and refusals as on the pages."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import refusals
from casework.api import refuse_unseen
from casework.models import CaseQuerySet
from casework.refusals import NotNow, NotYours
from casework.selectors import available_steps
from casework.services import doors
from casework.templatetags.cases import Told, tell
from grids.api import city_of
from grids.models import Area
from whistle.forms import FORMS, BlowForm, Refusable
from whistle.models import Notice, Supervision, Whistle
from whistle.selectors.board import Board, board_of, visible_whistle
from whistle.selectors.fitting import Standing, steps_for
from whistle.selectors.inbox import unread
from whistle.selectors.lists import BY_CODE
from whistle.selectors.overdue import supervised
from whistle.selectors.whistles import concern_of, own_whistles, reads_statements, shows_code, silent_to
from whistle.serializers import (
    MINE,
    OPEN,
    CasesAsk,
    CodeShape,
    NoticeShape,
    ReadSay,
    SupervisionRow,
    SupervisionShape,
    SupervisionStepSay,
    Unread,
    WhistleEvent,
    WhistleRow,
    WhistlesAsk,
    WhistleSay,
    WhistleShape,
    WhistleStepSay,
)  # fmt: skip
from whistle.services import codes, notices, taking
from whistle.services.sending import send
from whistle.statuses import BLOWN
from workorders.selectors.desks import Asker

READING, WRITING = refusals(400, 401, 404), refusals(400, 401, 403, 404, 409, 413)


class WhistlesView(GenericAPIView):
    """The whistles a person sees, newest first; and a new one."""

    permission_classes = [IsAuthenticated]
    serializer_class = WhistleRow
    queryset = Whistle.objects.none()
    keyset = "-id"

    @extend_schema(parameters=[WhistlesAsk], responses={200: WhistleRow(many=True), **READING}, operation_id="whistles")
    def get(self, request):
        ask = WhistlesAsk(data=request.query_params)
        ask.is_valid(raise_exception=True)
        page = self.paginate_queryset(wanted(request.user, **ask.validated_data))
        return self.get_paginated_response(WhistleRow(page, many=True).data)

    @extend_schema(request=WhistleSay, responses={201: WhistleShape, **WRITING}, operation_id="whistles_blow")
    def post(self, request):
        """Blows it where the asker may; where he may only apply, others decide."""
        city = city_of(request.user, request.data.get("city"))
        form = BlowForm(request.data, city=city, user=request.user)
        if not form.openings:
            raise NotYours(_("Your posts do not let you blow a whistle or apply for one."))
        sent = said_to(form, lambda said: send(by=request.user, application=form.is_application, said=said))
        address = request.build_absolute_uri(reverse("api:whistle", args=[sent.number]))
        return Response(shape(sent.number, request), status=201, headers={"Location": address})


class WhistleView(APIView):
    """One whistle: who is called and who is there, clocks, plan, replies, and the steps open to the asker."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: WhistleShape, **READING}, operation_id="whistles_one")
    def get(self, request, number):
        return Response(shape(number, request))


class WhistleStepView(APIView):
    """Takes a step of a whistle, with the fields of its page; `blow_again` answers with the next whistle."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=WhistleStepSay, responses={200: WhistleShape, **WRITING}, operation_id="whistles_step")
    def post(self, request, number, step):
        taken = taken_by(visible_whistle(request.user, number), step, request)
        return Response(shape(taken.number, request))


class WhistleEventsView(GenericAPIView):
    """What happened to a whistle, oldest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = WhistleEvent
    keyset = "seq"

    @extend_schema(responses={200: WhistleEvent(many=True), **READING}, operation_id="whistles_events")
    def get(self, request, number):
        whistle = visible_whistle(request.user, number)
        page = self.paginate_queryset(whistle.events.all())
        told = {one.event.pk: one for one in history_of(whistle, request.user)}
        return self.get_paginated_response(WhistleEvent(page, many=True, context={"told": told}).data)


class CodeView(APIView):
    """The code that the street shows on site; for who runs the meeting or blew, and while units are called."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: CodeShape, **refusals(401, 403, 404, 409)}, operation_id="whistles_code")
    def get(self, request, number):
        whistle = visible_whistle(request.user, number)
        if not shows_code(whistle, request.user):
            raise NotYours(_("The code is shown by the street, on site."))
        if whistle.status not in BLOWN:
            raise NotNow(_("No unit has to report in now; there is no code."))
        code, until = codes.current_code(whistle)
        return Response(CodeShape({"code": code, "until": until}).data, headers={"Cache-Control": "no-store"})


class SupervisionsView(GenericAPIView):
    """The supervised cases a person sees, newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = SupervisionRow
    queryset = Supervision.objects.none()
    keyset = "-id"

    @extend_schema(
        parameters=[CasesAsk], responses={200: SupervisionRow(many=True), **READING}, operation_id="supervisions"
    )
    def get(self, request):
        ask = CasesAsk(data=request.query_params)
        ask.is_valid(raise_exception=True)
        seen = Supervision.objects.visible_to(request.user).select_related("area", "office", "followed")
        page = self.paginate_queryset(narrowed(seen, ("number", "title"), **ask.validated_data))
        return self.get_paginated_response(SupervisionRow(page, many=True).data)


class SupervisionView(APIView):
    """One supervised case: of whom a statement is demanded, what was answered, and the steps open to the asker."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: SupervisionShape, **READING}, operation_id="supervisions_one")
    def get(self, request, number):
        return Response(shape_of_supervision(number, request))


class SupervisionStepView(APIView):
    """Takes a step of a supervised case."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        request=SupervisionStepSay, responses={200: SupervisionShape, **WRITING}, operation_id="supervisions_step"
    )
    def post(self, request, number, step):
        taken = taken_by(supervised(request.user, number), step, request)
        return Response(shape_of_supervision(taken.number, request))


class NoticesView(GenericAPIView):
    """What the asker was told, newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = NoticeShape
    queryset = Notice.objects.none()
    keyset = "-id"

    @extend_schema(responses={200: NoticeShape(many=True), **READING}, operation_id="notices")
    def get(self, request):
        page = self.paginate_queryset(request.user.notices.select_related("case"))
        return self.get_paginated_response(NoticeShape(page, many=True, context={"request": request}).data)


class UnreadView(APIView):
    """How many notices the asker has not read."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: Unread, **refusals(401)}, operation_id="notices_unread")
    def get(self, request):
        return Response(Unread({"unread": many_unread(request.user)}).data)


class ReadView(APIView):
    """Marks the asker's own notices as read; again changes nothing. Answers how many are left."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=ReadSay, responses={200: Unread, **refusals(400, 401)}, operation_id="notices_read")
    def post(self, request):
        said = ReadSay(data=request.data)
        said.is_valid(raise_exception=True)
        keys = said.validated_data.get("keys")
        rows = Notice.objects.filter(pk__in=keys) if keys else Notice.objects.all()
        notices.read(request.user, rows)
        return Response(Unread({"unread": many_unread(request.user)}).data)


def wanted(user, *, view="", status="", city="", **more) -> CaseQuerySet:
    """The whistles that a person sees, narrowed as asked; a view of the pages holds what its page shows."""
    seen: CaseQuerySet = Whistle.objects.visible_to(user).select_related("area", "sort", "caller")
    if view in BY_CODE:
        seen = seen.filter(BY_CODE[view].holds(Asker(user, city_of(user, city))))
    if view in (OPEN, MINE):
        seen = seen.open()
    if view == MINE:
        seen = seen.filter(own_whistles(user))
    return narrowed(seen, ("number", "title", "words", "place"), status=status, city=city, **more)


def narrowed(cases: CaseQuerySet, said_in: tuple[str, ...], *, status="", area="", city="", q="") -> CaseQuerySet:
    """Those of a status, an area and all below it, a city, in which each of the words stands."""
    if city:
        cases = cases.filter(city__slug=city)
    if status:
        cases = cases.filter(status=status)
    if area:
        cases = cases.filter(area__in=Area.objects.within(*Area.objects.filter(code=area)))
    for word in q.split():
        cases = cases.filter(Q(*[(f"{name}__icontains", word) for name in said_in], _connector=Q.OR))
    return cases


def taken_by(case, step: str, request):
    """The case after a step, taken as on its page: first whether he may, then what is missing, then the service."""
    words = _("Someone else has just changed %(number)s: %(what)s")
    refuse_unseen(case, request, words, lambda: history_of(case, request.user))
    doors.allowed_step(case, step, request.user)
    form = FORMS[step](request.data, request.FILES, case=case, step=step, user=request.user)
    return said_to(form, lambda said: taking.take(case, step, by=request.user, said=said))


def said_to(form: Refusable, service):
    """What the service makes of a whole form; every refusal stands at the field that asked."""
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    try:
        return service(form.said())
    except ValidationError as error:
        form.refuse(error)
        raise ValidationError(form.errors.as_data()) from error


def history_of(case, user) -> list[Told]:
    """What happened, newest first, without the words that are not for this person."""
    if not isinstance(case, Whistle):
        return tell(case)
    return tell(case, silent=silent_to(concern_of(case, user, case.summonses.all())))


def shape(number: str, request) -> dict:
    """The whistle as the API shows it to this person."""
    board = board_of(request.user, number)
    summonses = [seat.summons for seat in board.seats]
    concern = concern_of(board.whistle, request.user, summonses)
    context = {"request": request, "board": board, "concern": concern, "steps": _steps(board, request.user)}
    return WhistleShape(board.whistle, context=context).data


def _steps(board: Board, user) -> list:
    clues = sum(clue.decided_at is None for clue in board.clues)
    return steps_for(Standing(
        board.whistle, user, board.seats, board.lines, board.replies, board.agreements, clues=clues
    ))  # fmt: skip


def shape_of_supervision(number: str, request) -> dict:
    """The supervised case as the API shows it to this person."""
    case = supervised(request.user, number)
    context = {"reads": reads_statements(case, request.user), "steps": available_steps(case, request.user)}
    return SupervisionShape(case, context=context).data


def many_unread(user) -> int:
    counted: Any = next(iter(unread(user)), None)
    return counted["many"] if counted else 0
