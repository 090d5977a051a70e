"""What friends cost, whether they stay, and what they bring."""

from django.urls import path

from acquisition import views

urlpatterns = [
    path("", views.acquisition, name="acquisition"),
    path("file/", views.acquisition_file, name="acquisition_file"),
    path("compare/", views.compare, name="acquisition_compare"),
    path("months/", views.months, name="acquisition_months"),
    path("months/file/", views.months_file, name="acquisition_months_file"),
    path("margin/", views.margin, name="acquisition_margin"),
]
