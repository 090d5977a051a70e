from django.urls import include, path

from dashboard import views

urlpatterns = [
    path("", views.home, name="home"),
    path("friends/", include("friends.urls")),
    path("segments/", include("segments.urls")),
    path("broadcasts/", include("broadcasts.urls")),
    path("cost/", include("billing.urls")),
]
