"""Addresses of a client's API, below /c/<slug>/api/v1/."""

from django.urls import include, path, re_path

from acquisition.api import AcquisitionViewSet, MarginViewSet
from adplatforms.api.audiences import AdAudienceViewSet
from adplatforms.api.consents import AdConsentViewSet
from adplatforms.api.destinations import AdConversionViewSet, AdDeliveryViewSet, AdDestinationViewSet
from adplatforms.api.line_audiences import LineAdAudienceViewSet
from api import views
from api.routing import Router, endpoint
from attribution.api import ConversionPointViewSet, CreditSummaryViewSet, CreditViewSet, LiftViewSet
from attribution.tag.api import PageTagKeyViewSet, PageTagSecretViewSet, PageTagViewSet
from autoreplies.api import AutoReplyViewSet
from billing.api import LedgerViewSet
from billing.budget_api import BudgetViewSet, ReserveViewSet
from billing.plan_api import PlanViewSet, PriceTableViewSet
from billing.quota_api import QuotaViewSet
from broadcasts.api.approving import (
    ApprovalRulesViewSet,
    ApprovalViewSet,
    CommentViewSet,
    VersionViewSet,
)
from broadcasts.api.broadcasts import BroadcastViewSet
from broadcasts.api.checking import CheckingViewSet
from broadcasts.api.choosing import SplitTestViewSet
from broadcasts.api.forecasts import MessagesForecastViewSet
from broadcasts.api.outcomes import FailuresViewSet, UnsettledViewSet
from broadcasts.api.results import InsightViewSet, ResultsViewSet, ResultViewSet
from broadcasts.api.series import BroadcastSeriesViewSet, SeriesViewSet
from broadcasts.api.status import StatusBoardViewSet
from broadcasts.api.testing import TesterViewSet, TestSendViewSet
from broadcasts.api.timing import CalendarViewSet, SendingRulesViewSet
from campaigns.api import CampaignViewSet
from cards.api import CardViewSet
from channels.api import ChannelViewSet
from channels.event_api import WebhookEventViewSet
from chats.api import ConversationViewSet
from connectors.api import ConnectionViewSet
from costs.advice.api import AdviceViewSet
from costs.api import ActualsViewSet, CostViewSet, ToolFeeViewSet
from coupons.api import OwnCouponViewSet, RedemptionViewSet, TicketViewSet
from customers.api import CustomerFieldViewSet, CustomerViewSet
from events.api import EventTypeViewSet, EventViewSet
from friends.api import FieldViewSet, FriendViewSet, TagViewSet
from imports.api import ImportViewSet
from insights.api import ClickHoursViewSet, FriendSideViewSet, FunnelViewSet
from invitations.api import EntryPointViewSet, LinkRateViewSet
from invoices.api import StatementViewSet
from library.api import MediaFileViewSet
from library.coupon_api import LineCouponViewSet
from library.message_templates.api import AgencyTemplateViewSet, MessageTemplateViewSet
from linking.api import LinkConflictViewSet, LinkViewSet
from linking.contract_api import LinkSessionViewSet, LinkSettingsViewSet, SignInViewSet
from planning.api import DailyFigureViewSet, KpiViewSet
from planning.count_api import DayCountViewSet, ResponsiblePeopleViewSet
from planning.set_api import KpiProposalViewSet, KpiSetViewSet
from prizes.api.lotteries import LotteryViewSet
from prizes.api.points import PointCampaignViewSet
from referrals.api import ReferralParticipantViewSet, ReferralProgrammeViewSet, ReferralViewSet
from relays.api import RelayViewSet
from reports.api import ReportMailViewSet, ReportSettingsViewSet, ReportViewSet
from routes.api import ArrivalViewSet, RouteViewSet
from routes.cost_api import AdCostViewSet, RouteReturnViewSet
from scenarios.api.entries import EntryViewSet
from scenarios.api.exchange import ScenarioImportViewSet
from scenarios.api.mails import MailConsentViewSet, MailSendViewSet, MailSettingsViewSet
from scenarios.api.notices import NoticeDayViewSet, NoticeViewSet
from scenarios.api.results import ScenarioResultsViewSet, UnsettledSendViewSet
from scenarios.api.scenarios import ScenarioViewSet
from scenarios.api.schema import ScenarioSchemaViewSet
from scenarios.api.trying import DryRunViewSet, ScenarioTestViewSet
from scenarios.api.versions import ScenarioVersionViewSet
from scenarios.api.webhooks import ScenarioWebhookViewSet, WebhookSecretViewSet
from segments.api.lists import FriendListViewSet
from segments.api.plans import AudienceViewSet
from segments.api.rfm import RfmViewSet
from segments.api.schema import SegmentSchemaViewSet
from segments.api.segments import SegmentViewSet
from shops.api import OrderViewSet, ProductViewSet
from surveys.api import SurveyResponseViewSet, SurveyViewSet
from surveys.results.api import SurveyResultViewSet
from taps.api import TapActionViewSet
from touchpoints.api import TouchpointClassViewSet, TouchpointPeriodViewSet, TouchpointPlanViewSet

router = Router()
router.register("friends", FriendViewSet)
router.register("tags", TagViewSet)
router.register("fields", FieldViewSet)
router.register("chats", ConversationViewSet)
router.register("customers", CustomerViewSet)
router.register("customer-fields", CustomerFieldViewSet)
router.register("links", LinkViewSet)
router.register("link-sessions", LinkSessionViewSet)
router.register("sign-ins", SignInViewSet)
router.register("link-conflicts", LinkConflictViewSet)
router.register("entry-points", EntryPointViewSet)
router.register("events", EventViewSet)
router.register("event-types", EventTypeViewSet)
router.register("products", ProductViewSet)
router.register("orders", OrderViewSet)
router.register("segments", SegmentViewSet)
router.register("audiences", AudienceViewSet)
router.register("friend-lists", FriendListViewSet)
router.register("broadcasts", BroadcastViewSet)
router.register("testers", TesterViewSet)
router.register("status-board", StatusBoardViewSet, basename="status-board")
router.register("tap-actions", TapActionViewSet)
router.register("series", SeriesViewSet)
router.register("auto-replies", AutoReplyViewSet)
router.register("routes", RouteViewSet)
router.register("arrivals", ArrivalViewSet)
router.register("ad-costs", AdCostViewSet)
router.register("funnels", FunnelViewSet)
router.register("tool-fees", ToolFeeViewSet)
router.register("ledger", LedgerViewSet)
router.register("budgets", BudgetViewSet)
router.register("campaigns", CampaignViewSet)
router.register("kpis", KpiViewSet)
router.register("reports", ReportViewSet)
router.register("touchpoint-plans", TouchpointPlanViewSet)
router.register("touchpoint-periods", TouchpointPeriodViewSet)
router.register("touchpoint-classes", TouchpointClassViewSet)
router.register("kpi-sets", KpiSetViewSet)
router.register("coupons", OwnCouponViewSet)
router.register("coupons/tickets", TicketViewSet, basename="api-coupon-tickets")
router.register("coupons/redemptions", RedemptionViewSet, basename="api-coupon-redemptions")
router.register("lotteries", LotteryViewSet)
router.register("point-campaigns", PointCampaignViewSet)
router.register("conversion-points", ConversionPointViewSet)
router.register("credits", CreditViewSet)
router.register("scenarios", ScenarioViewSet)
router.register("surveys", SurveyViewSet)
router.register("referral-programmes", ReferralProgrammeViewSet)
router.register("referral-participants", ReferralParticipantViewSet)
router.register("referrals", ReferralViewSet)
router.register("notices", NoticeViewSet)
router.register("notice-days", NoticeDayViewSet)
router.register("scenario-webhooks", ScenarioWebhookViewSet, basename="scenario-webhook")
router.register("mail-consents", MailConsentViewSet)
router.register("mails", MailSendViewSet)
router.register("ad-consents", AdConsentViewSet)
router.register("ad-destinations", AdDestinationViewSet)
router.register("ad-conversions", AdConversionViewSet)
router.register("ad-deliveries", AdDeliveryViewSet)
router.register("ad-audiences", AdAudienceViewSet)
router.register("line-ad-audiences", LineAdAudienceViewSet)
router.register("relays", RelayViewSet)
router.register("connections", ConnectionViewSet)
router.register("webhook-events", WebhookEventViewSet)
router.register("imports", ImportViewSet)
router.register("media", MediaFileViewSet)
router.register("message-templates", MessageTemplateViewSet)
router.register("agency-templates", AgencyTemplateViewSet)
router.register("line-coupons", LineCouponViewSet)

KPI_TARGETS = endpoint(KpiViewSet).as_view({"get": "targets", "put": "set_target"})
KPI_READINGS = endpoint(KpiViewSet).as_view({"get": "readings", "put": "enter"})
PLAN = PlanViewSet.as_view({"get": "retrieve", "put": "update"})
REPORT_SETTINGS = ReportSettingsViewSet.as_view({"get": "retrieve", "patch": "partial_update"})
REPORT_MAILS = endpoint(ReportMailViewSet).as_view({"get": "list", "post": "create"})
REPORT_ACTS: dict[str, dict] = {
    "comment": {"put": "comment"},
    "figures": {"put": "count"},
    "review": {"put": "review"},
    "release": {"put": "release", "delete": "withdraw"},
    "versions": {"post": "correct"},
    "pdf": {"get": "pdf"},
    "excel": {"get": "excel"},
}
STATEMENT = StatementViewSet.as_view({"get": "retrieve"})
STATEMENT_PDF = StatementViewSet.as_view({"get": "pdf"})
STATEMENT_EXCEL = StatementViewSet.as_view({"get": "excel"})
APPROVAL_RULES = ApprovalRulesViewSet.as_view({"get": "retrieve", "put": "update"})
REVIEWS = ApprovalViewSet.as_view({"get": "retrieve", "delete": "withdraw"})
CHECK = ApprovalViewSet.as_view({"put": "check", "delete": "send_back"})
COMMENTS = CommentViewSet.as_view({"get": "list", "post": "create"})
SETTLEMENT = CommentViewSet.as_view({"put": "settle", "delete": "reopen"})
VERSIONS = VersionViewSet.as_view({"get": "list"})
CHANGES = VersionViewSet.as_view({"get": "compare"})
TESTS = TestSendViewSet.as_view({"get": "list", "post": "create"})
CHECKS = CheckingViewSet.as_view({"get": "retrieve", "post": "create"})
FAILURES = FailuresViewSet.as_view({"get": "list"})
FAILURE = FailuresViewSet.as_view({"get": "retrieve"})
UNSETTLED = UnsettledViewSet.as_view({"get": "list", "post": "settle"})
SPLIT_TEST = SplitTestViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"})
SPLIT_TEST_DECISION = SplitTestViewSet.as_view({"post": "decide"})
VARIANT = SplitTestViewSet.as_view({"put": "write", "delete": "remove"})
SERIES = BroadcastSeriesViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"})
SERIES_RULE = SeriesViewSet.as_view({"put": "change_rule"})
SERIES_PAUSE = SeriesViewSet.as_view({"put": "pause", "delete": "resume"})
SERIES_DATES = SeriesViewSet.as_view({"get": "dates"})
SERIES_DATE = SeriesViewSet.as_view({"put": "change_date", "delete": "restore_date"})
RESERVE = ReserveViewSet.as_view({"get": "retrieve", "put": "update"})
SENDING_RULES = SendingRulesViewSet.as_view({"get": "retrieve", "put": "update"})
MAIL_SETTINGS = MailSettingsViewSet.as_view({"get": "retrieve", "put": "update"})
WEBHOOK_SECRET = endpoint(WebhookSecretViewSet).as_view({"get": "retrieve", "post": "create"})
SCENARIO_SCHEMA = ScenarioSchemaViewSet.as_view({"get": "retrieve"})
SCENARIO_VERSIONS = ScenarioVersionViewSet.as_view({"get": "list"})
SCENARIO_CHANGES = ScenarioVersionViewSet.as_view({"get": "compare"})
SCENARIO_ENTRIES = endpoint(EntryViewSet).as_view({"get": "list", "post": "create"})
SURVEY_RESPONSES = SurveyResponseViewSet.as_view({"get": "list", "post": "create"})
SURVEY_TOTALS = SurveyResultViewSet.as_view({"get": "totals"})
SURVEY_CROSS = SurveyResultViewSet.as_view({"get": "cross"})
SURVEY_WORDS = SurveyResultViewSet.as_view({"get": "words"})
SURVEY_ANSWERS = SurveyResultViewSet.as_view({"get": "answers"})
SCENARIO_RESULTS = ScenarioResultsViewSet.as_view({"get": "retrieve"})
SCENARIO_POSITIONS = ScenarioResultsViewSet.as_view({"get": "positions"})
SCENARIO_UNSETTLED = UnsettledSendViewSet.as_view({"get": "list", "post": "settle"})
SCENARIO_ENTRY = EntryViewSet.as_view({"get": "retrieve", "delete": "destroy"})
SCENARIO_DRY_RUNS = DryRunViewSet.as_view({"post": "create"})
SCENARIO_TESTS = endpoint(ScenarioTestViewSet).as_view({"get": "list", "post": "create"})
SCENARIO_TEST = ScenarioTestViewSet.as_view({"put": "hurry", "delete": "stop"})
SCENARIO_IMPORTS = endpoint(ScenarioImportViewSet).as_view({"post": "create"})
SCENARIO_FILE = ScenarioImportViewSet.as_view({"post": "look"})
NOTICE_SETTLEMENT = NoticeViewSet.as_view({"put": "settle"})

urlpatterns = [
    path("schema/", views.SchemaView.as_view(), name="api-schema"),
    path("docs/", views.docs, name="api-docs"),
    path("link-settings/", LinkSettingsViewSet.as_view({"get": "retrieve"}), name="api-link-settings"),
    path("segment-schema/", SegmentSchemaViewSet.as_view({"get": "retrieve"}), name="api-segment-schema"),
    path("card/", CardViewSet.as_view({"get": "retrieve"}), name="api-card"),
    path("plan/", PLAN, name="api-plan"),
    path("plan/coming/", PlanViewSet.as_view({"delete": "take_back"}), name="api-plan-coming"),
    path("price-tables/", PriceTableViewSet.as_view({"get": "list"}), name="api-price-tables"),
    path("statements/", StatementViewSet.as_view({"get": "list"}), name="api-statements"),
    path("reports/<int:pk>/mails/", REPORT_MAILS, name="api-report-mails"),
    path("report-settings/", REPORT_SETTINGS, name="api-report-settings"),
    *(
        path(f"reports/<int:pk>/{name}/", endpoint(ReportViewSet).as_view(acts), name=f"api-report-{name}")
        for name, acts in REPORT_ACTS.items()
    ),
    path("statements/<str:month>/", STATEMENT, name="api-statement"),
    path("statements/<str:month>/pdf/", STATEMENT_PDF, name="api-statement-pdf"),
    path("statements/<str:month>/excel/", STATEMENT_EXCEL, name="api-statement-excel"),
    path("rfm/", RfmViewSet.as_view({"get": "retrieve", "put": "update"}), name="api-rfm"),
    path("link-rate/", LinkRateViewSet.as_view({"get": "retrieve"}), name="api-link-rate"),
    path("acquisition/", AcquisitionViewSet.as_view({"get": "retrieve"}), name="api-acquisition"),
    path(
        "acquisition/compare/", AcquisitionViewSet.as_view({"get": "compare"}), name="api-acquisition-compare"
    ),
    path("acquisition/months/", AcquisitionViewSet.as_view({"get": "months"}), name="api-acquisition-months"),
    path(
        "acquisition/margin/",
        MarginViewSet.as_view({"get": "retrieve", "put": "update"}),
        name="api-acquisition-margin",
    ),
    path("friend-sides/", FriendSideViewSet.as_view({"get": "sides"}), name="api-friend-sides"),
    path("friend-cross/", FriendSideViewSet.as_view({"get": "cross"}), name="api-friend-cross"),
    path("funnels/<int:pk>/result/", FunnelViewSet.as_view({"get": "result"}), name="api-funnel-result"),
    path("click-hours/", ClickHoursViewSet.as_view({"get": "retrieve"}), name="api-click-hours"),
    path("broadcasts/<int:pk>/hours/", ClickHoursViewSet.as_view({"get": "of_send"}), name="api-send-hours"),
    path("route-returns/", RouteReturnViewSet.as_view({"get": "retrieve"}), name="api-route-returns"),
    path("credit-sums/", CreditSummaryViewSet.as_view({"get": "retrieve"}), name="api-credit-sums"),
    path(
        "page-tag/",
        PageTagViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="api-page-tag",
    ),
    path("page-tag/key/", PageTagKeyViewSet.as_view({"post": "create"}), name="api-page-tag-key"),
    path(
        "page-tag/secret/",
        PageTagSecretViewSet.as_view({"get": "retrieve", "post": "create"}),
        name="api-page-tag-secret",
    ),
    path("lift/", LiftViewSet.as_view({"get": "retrieve"}), name="api-lift"),
    path("costs/", CostViewSet.as_view({"get": "retrieve"}), name="api-costs"),
    path("kpis/<int:pk>/restore/", KpiViewSet.as_view({"put": "restore"}), name="api-kpi-restore"),
    path("kpis/<int:pk>/targets/", KPI_TARGETS, name="api-kpi-targets"),
    path("kpis/<int:pk>/readings/", KPI_READINGS, name="api-kpi-readings"),
    path("kpi-proposal/", KpiProposalViewSet.as_view({"get": "list"}), name="api-kpi-proposal"),
    path("people/", ResponsiblePeopleViewSet.as_view({"get": "list"}), name="api-people"),
    path(
        "figures/count/",
        DayCountViewSet.as_view({"get": "retrieve", "post": "create"}),
        name="api-figures-count",
    ),
    path("figures/", DailyFigureViewSet.as_view({"get": "figures"}), name="api-figures"),
    path("actuals/", DailyFigureViewSet.as_view({"get": "sums"}), name="api-actuals"),
    path("daily/", DailyFigureViewSet.as_view({"get": "daily"}), name="api-daily"),
    path("campaigns/<int:pk>/kpis/", DailyFigureViewSet.as_view({"get": "kpis"}), name="api-campaign-kpis"),
    path(
        "campaigns/<int:pk>/actuals/",
        DailyFigureViewSet.as_view({"get": "sums"}),
        name="api-campaign-actuals",
    ),
    path(
        "campaigns/<int:pk>/daily/", DailyFigureViewSet.as_view({"get": "daily"}), name="api-campaign-daily"
    ),
    path("costs/actuals/", ActualsViewSet.as_view({"get": "retrieve"}), name="api-cost-actuals"),
    path("results/", ResultsViewSet.as_view({"get": "retrieve"}), name="api-results"),
    path("broadcasts/<int:pk>/results/", ResultViewSet.as_view({"get": "retrieve"}), name="api-result"),
    path("broadcasts/<int:pk>/insights/", InsightViewSet.as_view({"get": "list"}), name="api-insights"),
    path("approval-rules/", APPROVAL_RULES, name="api-approval-rules"),
    path("broadcasts/<int:pk>/reviews/", REVIEWS, name="api-reviews"),
    path("broadcasts/<int:pk>/check/", CHECK, name="api-check"),
    path("broadcasts/<int:pk>/comments/", COMMENTS, name="api-comments"),
    path("broadcasts/<int:pk>/comments/<int:comment>/settlement/", SETTLEMENT, name="api-settlement"),
    path("broadcasts/<int:pk>/versions/", VERSIONS, name="api-versions"),
    path("broadcasts/<int:pk>/changes/", CHANGES, name="api-changes"),
    path("broadcasts/<int:pk>/tests/", TESTS, name="api-tests"),
    path("broadcasts/<int:pk>/checks/", CHECKS, name="api-checks"),
    path("broadcasts/<int:pk>/failures/", FAILURES, name="api-failures"),
    path("broadcasts/<int:pk>/failures/<slug:cause>/", FAILURE, name="api-failure"),
    path("broadcasts/<int:pk>/unsettled/", UNSETTLED, name="api-unsettled"),
    path("broadcasts/<int:pk>/split-test/", SPLIT_TEST, name="api-split-test"),
    path("broadcasts/<int:pk>/split-test/decision/", SPLIT_TEST_DECISION, name="api-split-test-decision"),
    path("broadcasts/<int:pk>/variants/<str:letter>/", VARIANT, name="api-variant"),
    path("broadcasts/<int:pk>/series/", SERIES, name="api-broadcast-series"),
    path("series/<int:pk>/rule/", SERIES_RULE, name="api-series-rule"),
    path("series/<int:pk>/pause/", SERIES_PAUSE, name="api-series-pause"),
    path("series/<int:pk>/dates/", SERIES_DATES, name="api-series-dates"),
    path("series/<int:pk>/dates/<slug:day>/", SERIES_DATE, name="api-series-date"),
    path("mail-settings/", MAIL_SETTINGS, name="api-mail-settings"),
    path("webhook-secret/", WEBHOOK_SECRET, name="api-webhook-secret"),
    path("notices/<int:pk>/settlement/", NOTICE_SETTLEMENT, name="api-notice-settlement"),
    path("scenario-schema/", SCENARIO_SCHEMA, name="api-scenario-schema"),
    path("scenario-imports/", SCENARIO_IMPORTS, name="api-scenario-imports"),
    path("scenario-imports/check/", SCENARIO_FILE, name="api-scenario-file"),
    path("scenarios/<int:pk>/versions/", SCENARIO_VERSIONS, name="api-scenario-versions"),
    path("scenarios/<int:pk>/entries/", SCENARIO_ENTRIES, name="api-scenario-entries"),
    path("scenarios/<int:pk>/entries/<int:entry>/", SCENARIO_ENTRY, name="api-scenario-entry"),
    path("scenarios/<int:pk>/dry-runs/", SCENARIO_DRY_RUNS, name="api-scenario-dry-runs"),
    path("scenarios/<int:pk>/tests/", SCENARIO_TESTS, name="api-scenario-tests"),
    path("scenarios/<int:pk>/tests/<int:entry>/", SCENARIO_TEST, name="api-scenario-test"),
    path("scenarios/<int:pk>/results/", SCENARIO_RESULTS, name="api-scenario-results"),
    path("scenarios/<int:pk>/positions/", SCENARIO_POSITIONS, name="api-scenario-positions"),
    path("scenarios/<int:pk>/unsettled/", SCENARIO_UNSETTLED, name="api-scenario-unsettled"),
    path("scenarios/<int:pk>/changes/", SCENARIO_CHANGES, name="api-scenario-changes"),
    path("surveys/<int:pk>/responses/", SURVEY_RESPONSES, name="api-survey-responses"),
    path("surveys/<int:pk>/totals/", SURVEY_TOTALS, name="api-survey-totals"),
    path("surveys/<int:pk>/cross/", SURVEY_CROSS, name="api-survey-cross"),
    path("surveys/<int:pk>/words/<str:question>/", SURVEY_WORDS, name="api-survey-words"),
    path("surveys/<int:pk>/answers/file/", SURVEY_ANSWERS, name="api-survey-answers-file"),
    path("forecast/", MessagesForecastViewSet.as_view({"get": "retrieve"}), name="api-forecast"),
    path("advice/", AdviceViewSet.as_view({"get": "retrieve"}), name="api-advice"),
    path("reserve/", RESERVE, name="api-reserve"),
    path("calendar/", CalendarViewSet.as_view({"get": "list"}), name="api-calendar"),
    path("sending-rules/", SENDING_RULES, name="api-sending-rules"),
    path("quota/", QuotaViewSet.as_view({"get": "retrieve"}), name="api-quota"),
    path("quota/days/", QuotaViewSet.as_view({"get": "days"}), name="api-quota-days"),
    path("channel/", ChannelViewSet.as_view({"get": "retrieve"}), name="api-channel"),
    path("", include(router.urls)),
    re_path("", views.NotThere.as_view()),
]
