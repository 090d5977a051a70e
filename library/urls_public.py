"""Addresses that LINE and friends fetch, below /media/; without a slash at the end, as LINE asks."""

from django.urls import path

from library import serving

urlpatterns = [path("<str:code>/<str:size>", serving.file, name="media_public")]
