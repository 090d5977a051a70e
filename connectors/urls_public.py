"""Addresses that shops post to, below /in/."""

from django.urls import path

from connectors import receiving

urlpatterns = [path("<str:code>/", receiving.receive, name="connection_inbound")]
