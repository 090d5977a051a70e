from django.urls import path

from broadcasts import urls_approving, urls_choosing, urls_outcomes, urls_results, urls_status, urls_timing
from broadcasts.views import checking, leaving, reusing, showing, stopped, writing

urlpatterns = [
    *urls_approving.urlpatterns,
    *urls_timing.urlpatterns,
    *urls_outcomes.urlpatterns,
    *urls_choosing.urlpatterns,
    *urls_results.urlpatterns,
    *urls_status.urlpatterns,
    path("", showing.broadcasts, name="broadcasts"),
    path("new/", writing.new, name="broadcast_new"),
    path("forecast/", writing.forecast, name="broadcast_forecast"),
    path("plan/", writing.plan, name="broadcast_plan_of"),
    path("own-pages/", writing.own_pages, name="broadcast_own_pages"),
    path("links/", writing.link_defaults, name="link_defaults"),
    path("stopped/", stopped.sends, name="stopped_sends"),
    path("month-end/", showing.month_end, name="month_end"),
    path("<int:pk>/", showing.broadcast, name="broadcast"),
    path("<int:pk>/live/", showing.live, name="broadcast_live"),
    path("<int:pk>/plan/", showing.plan, name="broadcast_plan"),
    path("<int:pk>/checks/", checking.checks, name="broadcast_checks"),
    path("<int:pk>/clicks/", showing.clicks, name="broadcast_clicks"),
    path("<int:pk>/edit/", writing.edit, name="broadcast_edit"),
    path("<int:pk>/template/", reusing.save_template, name="broadcast_template"),
    path("<int:pk>/schedule/", leaving.schedule, name="broadcast_schedule"),
    path("<int:pk>/cancel/", leaving.cancel, name="broadcast_cancel"),
    *(
        path(f"<int:pk>/{name}/", leaving.act, {"name": name}, name=f"broadcast_{name}")
        for name in leaving.COMMANDS
    ),
]
