from django.urls import path

from touchpoints.views import classes, moving, plans

urlpatterns = [
    path("", plans.touchpoints, name="touchpoints"),
    path("new/", plans.new, name="touchpoint_new"),
    path("of/<int:campaign>/", plans.of_campaign, name="touchpoints_of_campaign"),
    path("<int:pk>/", plans.plan, name="touchpoint_plan"),
    path("<int:pk>/edit/", plans.edit, name="touchpoint_edit"),
    path("<int:pk>/copy/", plans.copy, name="touchpoint_copy"),
    path("<int:pk>/remove/", plans.remove, name="touchpoint_remove"),
    path("<int:pk>/start/", plans.start, name="touchpoint_start"),
    path("<int:pk>/close/", plans.close, name="touchpoint_close"),
    path("<int:pk>/reopen/", plans.reopen, name="touchpoint_reopen"),
    path("<int:pk>/moved/", moving.people, name="touchpoint_moved"),
    path("<int:pk>/moved/segment/", moving.segment, name="touchpoint_segment"),
    path("<int:pk>/classes/add/", classes.add, name="touchpoint_class_add"),
    path("<int:pk>/classes/new/", classes.new, name="touchpoint_class_new"),
    path("classes/<int:pk>/", classes.edit, name="touchpoint_class"),
    path("classes/<int:pk>/conditions/", classes.conditions, name="touchpoint_conditions"),
    path("classes/<int:pk>/move/", classes.move, name="touchpoint_class_move"),
    path("classes/<int:pk>/remove/", classes.remove, name="touchpoint_class_remove"),
    path("classes/<int:pk>/start/", classes.start, name="touchpoint_class_start"),
    path("classes/<int:pk>/detach/", classes.detach, name="touchpoint_class_detach"),
]
