"""Acquisition routes: how friends came to the account."""

from django.urls import path

from routes import cohort_views, cost_views, views

urlpatterns = [
    path("", views.routes, name="routes"),
    path("new/", views.new, name="route_new"),
    path("early-blocks/", cohort_views.early_blocks, name="route_early_blocks"),
    path("early-blocks.csv", cohort_views.early_blocks_csv, name="route_early_blocks_csv"),
    path("costs/", cost_views.route_costs, name="route_costs"),
    path("costs.csv", cost_views.route_costs_csv, name="route_costs_csv"),
    path("costs/entered/", cost_views.ad_costs, name="ad_costs"),
    path("costs/new/", cost_views.ad_cost_new, name="ad_cost_new"),
    path("costs/<int:pk>/", cost_views.ad_cost, name="ad_cost"),
    path("costs/<int:pk>/delete/", cost_views.ad_cost_delete, name="ad_cost_delete"),
    path("folders/", views.folder_new, name="route_folder_new"),
    path("folders/<int:pk>/", views.folder, name="route_folder"),
    path("of-friend/<int:pk>/", views.of_friend, name="friend_routes"),
    path("<int:pk>/", views.route, name="route"),
    path("<int:pk>/edit/", views.edit, name="route_edit"),
    path("<int:pk>/archive/", views.act, {"name": "archive"}, name="route_archive"),
    path("<int:pk>/restore/", views.act, {"name": "restore"}, name="route_restore"),
    path("<int:pk>/duplicate/", views.duplicate, name="route_duplicate"),
    path("<int:pk>/qr.svg", views.code, {"form": "svg"}, name="route_qr_svg"),
    path("<int:pk>/qr.png", views.code, {"form": "png"}, name="route_qr_png"),
]
