from django.urls import path

from attribution import views
from attribution.tag import views as tag_views

urlpatterns = [
    path("", views.conversions, name="conversions"),
    path("each/", views.each_conversion, name="conversions_each"),
    path("orders/<int:pk>/", views.way_to_order, name="way_to_order"),
    path("of/<str:owner>/", views.credits_of, name="credits_of"),
    path("lift/<str:owner>/", views.lift_of, name="lift_of"),
    path("tag/", tag_views.tag, name="page_tag"),
    path("tag/heard/", tag_views.heard, name="page_tag_heard"),
    path("tag/switch/", tag_views.switch, name="page_tag_switch"),
    path("tag/key/", tag_views.renew_key, name="page_tag_key"),
    path("tag/secret/", tag_views.renew_secret, name="page_tag_secret"),
    path("points/", views.points, name="conversion_points"),
    path("points/new/", views.new_point, name="conversion_point_new"),
    path("points/<int:pk>/", views.point, name="conversion_point"),
    path("points/<int:pk>/progress/", views.point_progress, name="conversion_point_progress"),
    path("points/<int:pk>/edit/", views.edit_point, name="conversion_point_edit"),
    path("points/<int:pk>/archive/", views.archive_point, name="conversion_point_archive"),
]
