from django.urls import path

from dashboard import views

urlpatterns = [
    path("", views.start, name="start"),
    path("agency/", views.console, name="console"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("language/", views.language, name="language"),
]
