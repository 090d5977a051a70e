"""Surveys as friends open them, below /s/."""

from django.urls import path

from surveys.page import views

urlpatterns = [
    path("<int:number>/", views.door, name="survey_door"),
    path("<str:token>/", views.take, name="survey_page"),
]
