"""Addresses that friends open, below /f/."""

from django.urls import path

from routes import entrance

urlpatterns = [
    path("r/<str:code>", entrance.enter, name="route_link"),
    path("in/<str:key>/", entrance.sign_in, name="route_sign_in"),
    path("login/", entrance.signed_in, name="route_signed_in"),
    path("liff/", entrance.liff, name="route_liff"),
]
