from django.urls import path

from broadcasts import views

urlpatterns = [
    path("", views.broadcasts, name="broadcasts"),
    path("new/", views.new, name="broadcast_new"),
    path("forecast/", views.forecast, name="broadcast_forecast"),
    path("links/", views.link_defaults, name="link_defaults"),
    path("month-end/", views.month_end, name="month_end"),
    path("<int:pk>/", views.broadcast, name="broadcast"),
    path("<int:pk>/live/", views.live, name="broadcast_live"),
    path("<int:pk>/plan/", views.plan, name="broadcast_plan"),
    path("<int:pk>/clicks/", views.clicks, name="broadcast_clicks"),
    path("<int:pk>/edit/", views.edit, name="broadcast_edit"),
    path("<int:pk>/review/", views.review, name="broadcast_review"),
    path("<int:pk>/schedule/", views.schedule, name="broadcast_schedule"),
    path("<int:pk>/cancel/", views.cancel, name="broadcast_cancel"),
    path("<int:pk>/settle/", views.settle, name="broadcast_settle"),
    *(
        path(f"<int:pk>/{name}/", views.act, {"name": name}, name=f"broadcast_{name}")
        for name in views.COMMANDS
    ),
]
