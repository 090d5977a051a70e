"""Mails, consents to them, and webhooks of scenarios."""

from django.urls import URLPattern, URLResolver, path

from scenarios.views import consents, mails, webhooks

urlpatterns: list[URLPattern | URLResolver] = [
    path("mails/", mails.mails, name="scenario_mails"),
    path("mails/settings/", mails.settings, name="scenario_mail_settings"),
    path("mails/consent/<int:pk>/", consents.consent, name="mail_consent"),
    path("webhooks/", webhooks.webhooks, name="scenario_webhooks"),
    path("webhooks/secret/", webhooks.secret, name="scenario_webhook_secret"),
    path("webhooks/secret/renewal/", webhooks.renew, name="scenario_webhook_secret_renew"),
    path("webhooks/<int:pk>/again/", webhooks.send_again, name="scenario_webhook_again"),
]
