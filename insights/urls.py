"""Evaluations of friends: cross tables, funnels, when they click."""

from django.urls import path

from insights.views import cross, funnels, hours

urlpatterns = [
    path("cross/", cross.cross, name="cross_table"),
    path("cross/file/", cross.cross_file, name="cross_table_file"),
    path("funnels/", funnels.all_funnels, name="funnels"),
    path("funnels/new/", funnels.new_funnel, name="funnel_new"),
    path("funnels/<int:pk>/", funnels.funnel, name="funnel"),
    path("funnels/<int:pk>/file/", funnels.funnel_file, name="funnel_file"),
    path("funnels/<int:pk>/edit/", funnels.edit_funnel, name="funnel_edit"),
    path("funnels/<int:pk>/delete/", funnels.delete_funnel, name="funnel_delete"),
    path("hours/", hours.click_hours, name="click_hours"),
    path("hours/file/", hours.click_hours_file, name="click_hours_file"),
    path("hours/<int:pk>/", hours.send_hours, name="send_hours"),
    path("hours/<int:pk>/file/", hours.send_hours_file, name="send_hours_file"),
]
