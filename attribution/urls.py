from django.urls import path

from attribution import views

urlpatterns = [
    path("", views.conversions, name="conversions"),
    path("each/", views.each_conversion, name="conversions_each"),
    path("orders/<int:pk>/", views.way_to_order, name="way_to_order"),
    path("lift/<str:owner>/", views.lift_of, name="lift_of"),
    path("points/", views.points, name="conversion_points"),
    path("points/new/", views.new_point, name="conversion_point_new"),
    path("points/<int:pk>/", views.point, name="conversion_point"),
    path("points/<int:pk>/progress/", views.point_progress, name="conversion_point_progress"),
    path("points/<int:pk>/edit/", views.edit_point, name="conversion_point_edit"),
    path("points/<int:pk>/archive/", views.archive_point, name="conversion_point_archive"),
]
