from django.urls import path

from composing import views
from composing.cards.views import weight

urlpatterns = [
    path("compose/", views.compose, name="compose"),
    path("compose/weight/", weight, name="compose_weight"),
]
