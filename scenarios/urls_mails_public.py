"""Addresses that stand in mails, below /mail/."""

from django.urls import URLPattern, URLResolver, path

from scenarios.views import mail_links

urlpatterns: list[URLPattern | URLResolver] = [
    path("u/<str:token>/", mail_links.unsubscribe, name="mail_unsubscribe"),
    path("l/<str:token>/", mail_links.follow, name="mail_link"),
]
