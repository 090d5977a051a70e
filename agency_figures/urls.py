from django.urls import path

from agency_figures import views

urlpatterns = [
    path("", views.all_clients, name="client_figures"),
    path("file/", views.file, name="client_figures_file"),
]
