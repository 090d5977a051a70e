"""Addresses of a client's API, below /c/<slug>/api/v1/."""

from django.urls import include, path, re_path

from api import views
from api.routing import Router
from friends.api import FriendViewSet, TagViewSet

router = Router()
router.register("friends", FriendViewSet)
router.register("tags", TagViewSet)

urlpatterns = [
    path("schema/", views.SchemaView.as_view(), name="api-schema"),
    path("docs/", views.docs, name="api-docs"),
    path("", include(router.urls)),
    re_path("", views.NotThere.as_view()),
]
