from django.urls import path

from broadcasts.views import calendar, series, timing

urlpatterns = [
    path("time/", timing.time_note, name="broadcast_time"),
    path("rules/", timing.sending_rules, name="sending_rules"),
    path("calendar/", calendar.show, name="broadcast_calendar"),
    path("<int:pk>/move/", calendar.move, name="broadcast_move"),
    path("series/", series.listing, name="series_list"),
    path("series/<int:pk>/", series.show, name="series"),
    path("series/<int:pk>/rule/", series.change_rule, name="series_rule"),
    path("series/<int:pk>/dates/<slug:day>/", series.change_date, name="series_date"),
    *(
        path(f"series/<int:pk>/{name}/", series.act, {"name": name}, name=f"series_{name}")
        for name in series.COMMANDS
    ),
]
