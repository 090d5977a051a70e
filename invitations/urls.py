"""Entry points of ID linking, and the link rate."""

from django.urls import path

from invitations import views

urlpatterns = [
    path("", views.entry_points, name="entry_points"),
    path("funnel.csv", views.funnel_csv, name="entry_points_csv"),
    path("new/", views.new, name="entry_point_new"),
    path("<slug:code>/", views.entry_point, name="entry_point"),
    path("<slug:code>/edit/", views.edit, name="entry_point_edit"),
    path("<slug:code>/archive/", views.act, {"name": "archive"}, name="entry_point_archive"),
    path("<slug:code>/restore/", views.act, {"name": "restore"}, name="entry_point_restore"),
    path("<slug:code>/qr.svg", views.code_to_scan, {"form": "svg"}, name="entry_point_qr_svg"),
    path("<slug:code>/qr.png", views.code_to_scan, {"form": "png"}, name="entry_point_qr_png"),
    path("<slug:code>/invitations/new/", views.invitation_new, name="invitation_new"),
    path("<slug:code>/invitations/<slug:variant>/", views.invitation_edit, name="invitation"),
    path(
        "<slug:code>/invitations/<slug:variant>/stop/",
        views.invitation_act,
        {"name": "stop"},
        name="invitation_stop",
    ),
    path(
        "<slug:code>/invitations/<slug:variant>/resume/",
        views.invitation_act,
        {"name": "resume"},
        name="invitation_resume",
    ),
    path(
        "<slug:code>/invitations/<slug:variant>/choose/",
        views.invitation_act,
        {"name": "choose"},
        name="invitation_choose",
    ),
]
