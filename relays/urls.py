from django.urls import path

from relays import views

urlpatterns = [
    path("", views.relays, name="relays"),
    path("new/", views.new, name="relay_new"),
    path("<int:pk>/", views.relay, name="relay"),
    path("<int:pk>/edit/", views.edit, name="relay_edit"),
    path("<int:pk>/pause/", views.pause, name="relay_pause"),
    path("<int:pk>/resume/", views.resume, name="relay_resume"),
    path("<int:pk>/remove/", views.remove, name="relay_remove"),
    path("<int:pk>/deliveries/<int:delivery_pk>/", views.delivery, name="relay_delivery"),
    path("<int:pk>/deliveries/<int:delivery_pk>/again/", views.send_again, name="relay_send_again"),
]
