from django.urls import path

from broadcasts.views import outcomes

urlpatterns = [
    path("<int:pk>/check/", outcomes.check, name="broadcast_check"),
    path("<int:pk>/failures/<slug:cause>/", outcomes.failure, name="broadcast_failure"),
    path("<int:pk>/failures/<slug:cause>/file/", outcomes.failure_file, name="broadcast_failure_file"),
]
