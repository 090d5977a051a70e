from django.urls import URLPattern, URLResolver, path

from scenarios.views import ready

urlpatterns: list[URLPattern | URLResolver] = [
    path("ready/", ready.gallery, name="scenarios_ready"),
    path("of-coupon/<int:pk>/", ready.of_coupon, name="scenarios_of_coupon"),
    path("ready/<slug:code>/", ready.ready_made, name="scenario_ready"),
]
