"""Pages on ID links for the client's people, below /id-links/."""

from django.urls import path

from linking.views import settings

urlpatterns = [
    path("settings/", settings.link_settings, name="link_settings"),
    path("settings/secret/", settings.rotate_secret, name="link_secret_rotate"),
]
