from django.urls import path

from segments import views

urlpatterns = [
    path("ready/<slug:key>/count/", views.count_ready, name="segment_ready_count"),
    path("", views.segments, name="segments"),
    path("new/", views.new, name="segment_new"),
    path("build/", views.build, name="segment_build"),
    path("<int:pk>/", views.segment, name="segment"),
    path("<int:pk>/edit/", views.edit, name="segment_edit"),
    path("<int:pk>/count/", views.count, name="segment_count"),
]
