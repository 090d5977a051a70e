from django.urls import path

from segments.views import building, pages

urlpatterns = [
    path("ready/<slug:key>/count/", pages.count_ready, name="segment_ready_count"),
    path("", pages.segments, name="segments"),
    path("new/", building.new, name="segment_new"),
    path("build/", building.build, name="segment_build"),
    path("<int:pk>/", pages.segment, name="segment"),
    path("<int:pk>/edit/", building.edit, name="segment_edit"),
    path("<int:pk>/count/", pages.count, name="segment_count"),
]
