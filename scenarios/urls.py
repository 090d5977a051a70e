from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("scenarios.urls_editor")),
    path("", include("scenarios.urls_ready")),
    path("", include("scenarios.urls_results")),
    path("", include("scenarios.urls_trying")),
    path("", include("scenarios.urls_notices")),
    path("", include("scenarios.urls_acts")),
]
