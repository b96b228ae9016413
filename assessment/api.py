"""Boards, cards and appeals in the API: the same selectors, forms, services and refusals as on the pages."""

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import refusals
from assessment.forms.appeals import APPEAL_FORMS, LodgeForm
from assessment.forms.months import MONTH_FORMS
from assessment.models import Appeal, Assessment, Band, ScoreCard
from assessment.selectors import appeals as asked
from assessment.selectors.boards import board_seen_by, own_cards
from assessment.selectors.cards import card_seen
from assessment.selectors.months import visible_month
from assessment.serializers import (
    AppealRow,
    AppealsAsk,
    AppealShape,
    AppealStepSay,
    BoardRow,
    BoardsAsk,
    BoardShape,
    BoardStepSay,
    CardRow,
    CardShape,
    LodgeSay,
    OwnCardRow,
)
from assessment.services.appeals import lodge
from assessment.services.steps import take
from assessment.statuses import DISCARDED
from casework.api import refuse_unseen
from casework.selectors import available_steps
from casework.services import doors
from casework.templatetags.cases import tell

READING, WRITING = refusals(400, 401, 404), refusals(400, 401, 403, 404, 409)


class AssessmentsView(GenericAPIView):
    """The boards that a person may see, newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = BoardRow
    queryset = Assessment.objects.none()
    keyset = "-id"

    @extend_schema(parameters=[BoardsAsk], responses={200: BoardRow(many=True), **READING}, operation_id="assessments")
    def get(self, request):
        ask = BoardsAsk(data=request.query_params)
        ask.is_valid(raise_exception=True)
        names = {"scheme": "scheme__code", "area": "area__code", "since": "since", "status": "status"}
        wanted = {names[name]: value for name, value in ask.validated_data.items()}
        seen = Assessment.objects.visible_to(request.user).exclude(status=DISCARDED).filter(**wanted)
        page = self.paginate_queryset(seen.select_related("scheme", "area"))
        return self.get_paginated_response(BoardRow(page, many=True).data)


class OwnCardsView(GenericAPIView):
    """The asker's own published cards, and those of the departments he works for, newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = OwnCardRow
    queryset = ScoreCard.objects.none()
    keyset = "-id"

    @extend_schema(responses={200: OwnCardRow(many=True), **READING}, operation_id="assessments_mine")
    def get(self, request):
        page = self.paginate_queryset(own_cards(request.user))
        return self.get_paginated_response(OwnCardRow(page, many=True, context={"bands": bands_of(page)}).data)


class AssessmentView(APIView):
    """One board, and the steps open to the asker."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: BoardShape, **READING}, operation_id="assessments_one")
    def get(self, request, number):
        return Response(board_shape(number, request.user))


class AssessmentStepView(APIView):
    """Takes a step of a board, with the fields of its page."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=BoardStepSay, responses={200: BoardShape, **WRITING}, operation_id="assessments_step")
    def post(self, request, number, step):
        taken_by(visible_month(request.user, number), step, request, MONTH_FORMS)
        return Response(board_shape(number, request.user))


class CardsView(GenericAPIView):
    """The cards of a board that the asker may see."""

    permission_classes = [IsAuthenticated]
    serializer_class = CardRow
    queryset = ScoreCard.objects.none()
    keyset = "id"

    @extend_schema(responses={200: CardRow(many=True), **READING}, operation_id="assessments_cards")
    def get(self, request, number):
        cards = board_seen_by(request.user, number).cards()
        read = ("person", "area", "department", "team", "group", "assessment")
        page = self.paginate_queryset(cards.select_related(*read))
        return self.get_paginated_response(CardRow(page, many=True, context={"bands": bands_of(page)}).data)


class CardView(APIView):
    """One card with its lines; of one's own what may still be appealed against."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: CardShape, **READING}, operation_id="assessments_card")
    def get(self, request, number, key):
        card = card_seen(board_seen_by(request.user, number), key)
        lines = card.lines.select_related("indicator__dimension")
        own = asked.may_lodge(request.user, card)
        to_appeal = {line.pk: asked.open_items(line) for line in lines if own and asked.may_be_appealed(line)}
        return Response(CardShape(card, context={"bands": bands_of([card]), "to_appeal": to_appeal}).data)


class AppealsView(GenericAPIView):
    """The appeals that a person may see, newest first; and a new one."""

    permission_classes = [IsAuthenticated]
    serializer_class = AppealRow
    queryset = Appeal.objects.none()
    keyset = "-id"

    @extend_schema(parameters=[AppealsAsk], responses={200: AppealRow(many=True), **READING}, operation_id="appeals")
    def get(self, request):
        ask = AppealsAsk(data=request.query_params)
        ask.is_valid(raise_exception=True)
        seen = Appeal.objects.visible_to(request.user).filter(**ask.validated_data)
        page = self.paginate_queryset(seen.select_related("line__card__assessment", "line__indicator"))
        return self.get_paginated_response(AppealRow(page, many=True).data)

    @extend_schema(request=LodgeSay, responses={201: AppealShape, **WRITING}, operation_id="appeals_lodge")
    def post(self, request):
        said = LodgeSay(data=request.data)
        said.is_valid(raise_exception=True)
        line = asked.line_to_appeal(request.user, said.validated_data["line"])
        form = LodgeForm(request.data, line=line, user=request.user)
        case = said_to(form, lambda said: lodge(line, by=request.user, **said))
        address = request.build_absolute_uri(reverse("api:appeal", args=[case.number]))
        return Response(appeal_shape(case.number, request.user), status=201, headers={"Location": address})


class AppealView(APIView):
    """One appeal with its reviews, and the steps open to the asker."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: AppealShape, **READING}, operation_id="appeals_one")
    def get(self, request, number):
        return Response(appeal_shape(number, request.user))


class AppealStepView(APIView):
    """Takes a step of an appeal: a review, or taking it back."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=AppealStepSay, responses={200: AppealShape, **WRITING}, operation_id="appeals_step")
    def post(self, request, number, step):
        taken_by(asked.visible_appeal(request.user, number), step, request, APPEAL_FORMS)
        return Response(appeal_shape(number, request.user))


def board_shape(number: str, user) -> dict:
    """The board as the API shows it to this person."""
    board = visible_month(user, number)
    return BoardShape(board, context={"steps": available_steps(board, user)}).data


def appeal_shape(number: str, user) -> dict:
    """The appeal as the API shows it to this person."""
    case = asked.visible_appeal(user, number)
    return AppealShape(case, context={"steps": available_steps(case, user)}).data


def bands_of(cards) -> dict:
    """What the cities call the grades of these cards, by scheme and grade."""
    schemes = {card.assessment.scheme_id for card in cards}
    return {(band.scheme_id, band.grade): band.title for band in Band.objects.filter(scheme__in=schemes)}


def taken_by(case, step: str, request, table):
    """The case after a step, taken as on its page: first whether he may, then what is missing, then the service."""
    words = _("Someone else has just changed %(number)s: %(what)s")
    refuse_unseen(case, request, words, lambda: tell(case))
    doors.allowed_step(case, step, request.user)
    form = table[step](request.data, request.FILES, case=case, step=step, user=request.user)
    return said_to(form, lambda said: take(case, step, by=request.user, said=said))


def said_to(form, service):
    """What the service makes of a whole form; every refusal stands at the field that asked."""
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    try:
        return service(form.said())
    except ValidationError as error:
        form.refuse(error)
        raise ValidationError(form.errors.as_data()) from error
