from django.urls import path

from broadcasts.views import timing

urlpatterns = [
    path("time/", timing.time_note, name="broadcast_time"),
    path("rules/", timing.sending_rules, name="sending_rules"),
]
