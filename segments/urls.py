from django.urls import include, path

from segments.views import building, comparing, export, pages, ready_made, rfm

urlpatterns = [
    path("ready/", ready_made.ready_made, name="segments_ready"),
    path("ready/<slug:key>/count/", ready_made.count_ready, name="segment_ready_count"),
    path("compare/", comparing.compare, name="segments_compare"),
    path("lists/", include("segments.urls_lists")),
    path("", include("segments.urls_plans")),
    path("rfm/", rfm.show, name="segment_rfm"),
    path("rfm/change/", rfm.change, name="segment_rfm_change"),
    path("", pages.segments, name="segments"),
    path("new/", building.new, name="segment_new"),
    path("build/", building.build, name="segment_build"),
    path("<int:pk>/", pages.segment, name="segment"),
    path("<int:pk>/edit/", building.edit, name="segment_edit"),
    path("<int:pk>/count/", pages.count, name="segment_count"),
    path("<int:pk>/why/", pages.why, name="segment_why"),
    path("<int:pk>/copy/", pages.copy, name="segment_copy"),
    path("<int:pk>/delete/", pages.delete, name="segment_delete"),
    path("<int:pk>/export/", export.segment_export, name="segment_export"),
    path("<int:pk>/export/file/", export.segment_export_file, name="segment_export_file"),
]
