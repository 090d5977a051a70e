from django.urls import path

from linking import views

app_name = "linking"
urlpatterns = [
    path("", views.sign_in, name="sign_in"),
    path("<path:rest>", views.unknown, name="unknown"),
]
