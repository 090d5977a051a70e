from django.urls import path

from autoreplies import views

urlpatterns = [
    path("", views.auto_replies, name="auto_replies"),
    path("new/", views.new, name="auto_reply_new"),
    path("try/", views.attempt, name="auto_reply_try"),
    path("hours/", views.business_hours, name="business_hours"),
    path("<int:pk>/", views.edit, name="auto_reply"),
    path("<int:pk>/delete/", views.delete, name="auto_reply_delete"),
    *(path(f"<int:pk>/{name}/", views.act, {"name": name}, name=f"auto_reply_{name}") for name in views.ACTS),
]
