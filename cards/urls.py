"""Setting up the membership card."""

from django.urls import path

from cards import views

urlpatterns = [
    path("", views.card, name="card"),
    path("preview/", views.preview, name="card_preview"),
]
