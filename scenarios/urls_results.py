from django.urls import URLPattern, URLResolver, path

from scenarios.views import results, unsettled

urlpatterns: list[URLPattern | URLResolver] = [
    path("<int:pk>/results/", results.result, name="scenario_results"),
    path("<int:pk>/results/file/", results.result_file, name="scenario_results_file"),
    path("<int:pk>/unknown/", unsettled.unsettled, name="scenario_unsettled"),
]
