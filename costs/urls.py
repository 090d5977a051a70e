from django.urls import include, path

urlpatterns = [
    path("advice/", include("costs.advice.urls")),
]
