from django.urls import path

from billing import views

urlpatterns = [
    path("", views.cost, name="cost"),
    path("entries/", views.entries, name="ledger_entries"),
]
