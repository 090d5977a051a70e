"""Addresses that friends open, below /f/."""

from django.urls import path

from chats import files

urlpatterns = [
    path("media/<str:token>/", files.picture, name="chat_picture"),
    path("media/<str:token>/small/", files.small_picture, name="chat_picture_small"),
]
