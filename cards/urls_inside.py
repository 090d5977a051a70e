"""The card itself: a page inside LINE lives below the endpoint of the client's LIFF app, /f/liff/."""

from django.urls import path

from cards import public

urlpatterns = [path("liff/card/", public.card, name="card_inside")]
