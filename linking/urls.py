"""Addresses that friends open, below /link/."""

from django.urls import path

from linking.views import inside, login, proving

app_name = "linking"
urlpatterns = [
    path("", proving.sign_in, name="sign_in"),
    path("prove/", proving.prove, name="prove"),
    path("agree/", proving.agree, name="agree"),
    path("login/<str:entry>/", login.begin, name="begin"),
    path("start/", login.start, name="start"),
    path("session/", login.session, name="session"),
    path("callback/", login.callback, name="callback"),
    path("done/", login.done, name="done"),
    path("liff/", inside.open_inside, {"page": "link"}, name="open_link"),
    path("me/", inside.open_inside, {"page": "me"}, name="open_me"),
    path("<path:rest>", proving.unknown, name="unknown"),
]
