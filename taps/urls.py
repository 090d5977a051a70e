from django.urls import path

from taps import views

urlpatterns = [
    path("", views.tap_actions, name="tap_actions"),
    path("new/", views.new, name="tap_action_new"),
    path("<int:pk>/", views.edit, name="tap_action"),
    *(path(f"<int:pk>/{name}/", views.act, {"name": name}, name=f"tap_action_{name}") for name in views.ACTS),
]
