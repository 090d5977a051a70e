"""The event log, below channel/events/."""

from django.urls import path

from channels import webhook_views as views

urlpatterns = [
    path("", views.events, name="webhook_events"),
    path("replay/", views.replay_events, name="webhook_events_replay"),
    path("replays/<int:pk>/", views.replay, name="webhook_replay"),
    path("quarantine/", views.bodies, name="webhook_bodies"),
    path("quarantine/again/", views.process_bodies, name="webhook_bodies_again"),
    path("quarantine/<int:pk>/", views.body, name="webhook_body"),
    path("<int:pk>/", views.event, name="webhook_event"),
    path("<int:pk>/replay/", views.replay_event, name="webhook_event_replay"),
]
