from django.urls import path

from segments.views import plans

urlpatterns = [
    path("plan/", plans.plan_of_draft, name="segment_plan"),
    path("<int:pk>/plan/", plans.plan, name="segment_plan"),
    path("audiences/", plans.list_audiences, name="segment_audiences"),
    path("audiences/<int:pk>/", plans.change_audience, name="segment_audience"),
]
