"""Addresses of the status board."""

from django.urls import path

from broadcasts.views import status

urlpatterns = [
    path("status/", status.status_board, name="status_board"),
    path("status/follow-up/", status.follow_up, name="follow_up"),
    path("balance/", status.nature_balance, name="nature_balance"),
    path("<int:pk>/status/", status.status_of_send, name="broadcast_status"),
]
