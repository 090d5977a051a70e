"""Addresses below /i/: the snippet and what it asks, and links from messages, menus and print."""

from django.urls import path

from invitations import public

urlpatterns = [
    path("musubi.js", public.script, name="invitation_script"),
    path("views/", public.seen, name="invitation_seen"),
    path("go/<slug:code>/", public.go, name="invitation_go"),
    path("<slug:code>.json", public.offered, name="invitation_offers"),
]
