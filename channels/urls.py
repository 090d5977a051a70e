from django.urls import include, path

from channels import connect_views, quota_views, views

urlpatterns = [
    path("", views.channel, name="channel"),
    path("connect/", connect_views.connect, name="channel_connect"),
    path("check/", views.check, name="channel_check"),
    path("webhook/", views.point_webhook, name="channel_webhook"),
    path("steps/", views.tick_off, name="channel_steps"),
    path("secret/", views.secret, name="channel_secret"),
    path("secret/finish/", views.finish_rotation, name="channel_secret_finish"),
    path("mode/", views.mode, name="channel_mode"),
    path("login/", views.login_channel, name="channel_login"),
    path("quota/", quota_views.ask, name="channel_quota"),
    path("details/", views.details, name="channel_details"),
    path("events/", include("channels.webhook_urls")),
]
