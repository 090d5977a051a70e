from django.urls import path

from composing import views

urlpatterns = [path("compose/", views.compose, name="compose")]
