"""The API's addresses, mounted at /api/: version 1, its description, and the page to read it."""

from django.contrib.auth.decorators import login_required
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.views import APIView

from accounts import api as accounts
from assessment import api as assessment
from grids import api as grids
from patrols import api_help as helping
from patrols import api_points as points
from patrols import api_visits as visits
from patrols import api_walks as walks
from whistle import api as whistle
from workorders import api as workorders
from workorders import api_integrations as integrations
from workorders import api_reports as reports
from workorders import api_rules as rules
from workorders import api_steps as steps


class Nowhere(APIView):
    """Every other address below /api/: refused in the API's own shape."""

    authentication_classes = []
    permission_classes = [AllowAny]
    schema = None

    def initial(self, request, *args, **kwargs):
        raise NotFound


version_1 = [
    path("auth/token/", accounts.TokenView.as_view(), name="token"),
    path("auth/token/end/", accounts.EndTokenView.as_view(), name="end_token"),
    path("orders/", workorders.OrdersView.as_view(), name="orders"),
    path("orders/bulk/", workorders.BulkView.as_view(), name="bulk"),
    path("orders/<slug:number>/", workorders.OrderView.as_view(), name="order"),
    path("orders/<slug:number>/events/", workorders.EventsView.as_view(), name="events"),
    path("orders/<slug:number>/undo/", workorders.UndoView.as_view(), name="undo"),
    path("orders/<slug:number>/<slug:step>/", workorders.StepView.as_view(), name="step"),
    path("orders/<slug:number>/steps/<uuid:key>", steps.PhoneStepView.as_view(), name="phone_step"),
    path(
        "orders/<slug:number>/steps/<uuid:key>/photos/<int:place>",
        steps.StepPhotoView.as_view(),
        name="phone_step_photo",
    ),
    path("whistles/", whistle.WhistlesView.as_view(), name="whistles"),
    path("whistles/<slug:number>/", whistle.WhistleView.as_view(), name="whistle"),
    path("whistles/<slug:number>/events/", whistle.WhistleEventsView.as_view(), name="whistle_events"),
    path("whistles/<slug:number>/code/", whistle.CodeView.as_view(), name="whistle_code"),
    path("whistles/<slug:number>/<slug:step>/", whistle.WhistleStepView.as_view(), name="whistle_step"),
    path("supervisions/", whistle.SupervisionsView.as_view(), name="supervisions"),
    path("supervisions/<slug:number>/", whistle.SupervisionView.as_view(), name="supervision"),
    path("supervisions/<slug:number>/<slug:step>/", whistle.SupervisionStepView.as_view(), name="supervision_step"),
    path("assessments/", assessment.AssessmentsView.as_view(), name="assessments"),
    path("assessments/mine/", assessment.OwnCardsView.as_view(), name="own_cards"),
    path("assessments/<slug:number>/", assessment.AssessmentView.as_view(), name="assessment"),
    path("assessments/<slug:number>/cards/", assessment.CardsView.as_view(), name="assessment_cards"),
    path("assessments/<slug:number>/cards/<int:key>/", assessment.CardView.as_view(), name="assessment_card"),
    path("assessments/<slug:number>/<slug:step>/", assessment.AssessmentStepView.as_view(), name="assessment_step"),
    path("appeals/", assessment.AppealsView.as_view(), name="appeals"),
    path("appeals/<slug:number>/", assessment.AppealView.as_view(), name="appeal"),
    path("appeals/<slug:number>/<slug:step>/", assessment.AppealStepView.as_view(), name="appeal_step"),
    path("notices/", whistle.NoticesView.as_view(), name="notices"),
    path("notices/unread/", whistle.UnreadView.as_view(), name="notices_unread"),
    path("notices/read/", whistle.ReadView.as_view(), name="notices_read"),
    path("reports/near/", reports.NearView.as_view(), name="reports_near"),
    path("reports/<uuid:key>", reports.ReportView.as_view(), name="report"),
    path("reports/<uuid:key>/photos/<int:place>", reports.ReportPhotoView.as_view(), name="report_photo"),
    path("reports/<uuid:key>/recording", reports.ReportRecordingView.as_view(), name="report_recording"),
    path("alarms/<uuid:key>", helping.AlarmView.as_view(), name="alarm"),
    path("help-records/<uuid:key>", helping.HelpRecordView.as_view(), name="help_record"),
    path("help-records/<uuid:key>/photos/<int:place>", helping.HelpPhotoView.as_view(), name="help_record_photo"),
    path("visits/<uuid:key>", visits.VisitView.as_view(), name="visit"),
    path("points/", points.PointsView.as_view(), name="points"),
    path("risks/", points.RisksView.as_view(), name="risks"),
    path("rounds/today/", points.TodayView.as_view(), name="rounds_today"),
    path("rounds/make/", points.MakeView.as_view(), name="rounds_make"),
    path("rounds/<uuid:key>/skip/", points.SkipView.as_view(), name="round_skip"),
    path("rounds/<uuid:key>/reorder/", points.ReorderView.as_view(), name="round_reorder"),
    path("patrols/<uuid:key>", walks.PatrolView.as_view(), name="patrol"),
    path("patrols/<uuid:key>/end", walks.EndView.as_view(), name="patrol_end"),
    path("patrols/<uuid:key>/tracks/<uuid:chunk>", walks.ChunkView.as_view(), name="patrol_track"),
    path("patrols/<uuid:key>/check-ins/<uuid:check_in>", walks.CheckInView.as_view(), name="patrol_check_in"),
    path(
        "patrols/<uuid:key>/check-ins/<uuid:check_in>/photo",
        walks.CheckInPhotoView.as_view(),
        name="patrol_check_in_photo",
    ),
    path("patrols/<uuid:key>/skips/<uuid:skip>", walks.PassView.as_view(), name="patrol_skip"),
    path("rules/", rules.RulesView.as_view(), name="rules"),
    path(
        "integrations/<slug:source>/orders/<str:external_no>",
        integrations.IntegrationView.as_view(),
        name="integration_order",
    ),
    path("areas/", grids.AreasView.as_view(), name="areas"),
    path("areas/at/", grids.AreaAtView.as_view(), name="area_at"),
]
described = SpectacularAPIView.as_view(permission_classes=[IsAuthenticated])
read = SpectacularSwaggerSplitView.as_view(permission_classes=[IsAuthenticated], url_name="api:schema")

app_name = "api"
urlpatterns = [
    path("v1/", include(version_1)),
    path("schema/", described, name="schema"),
    path("", login_required(read), name="read"),
    re_path(r"^", Nowhere.as_view(), name="nowhere"),
]
