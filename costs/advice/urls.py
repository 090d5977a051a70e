from django.urls import path

from costs.advice import views

urlpatterns = [
    path("", views.show, name="cost_advice"),
    path("quiet/", views.quiet_friends, name="cost_advice_quiet"),
    path("quiet/segment/", views.make_segment, name="cost_advice_segment"),
    path("sends/", views.worst_sends, name="cost_advice_sends"),
]
