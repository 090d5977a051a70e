"""Addresses that friends open, below /f/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
