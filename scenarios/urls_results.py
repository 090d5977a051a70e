from django.urls import URLPattern, URLResolver, path

from scenarios.views import results

urlpatterns: list[URLPattern | URLResolver] = [
    path("<int:pk>/results/", results.result, name="scenario_results"),
    path("<int:pk>/results/file/", results.result_file, name="scenario_results_file"),
]
