"""The card's address to give away, /m/."""

from django.urls import path

from cards import public

urlpatterns = [path("", public.door, name="card_door")]
