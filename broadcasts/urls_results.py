"""Addresses of results, below those of broadcasts."""

from django.urls import path

from broadcasts.views import result_files, results

urlpatterns = [
    path("results/", results.results, name="results"),
    path("results/file/", result_files.period_file, name="results_file"),
    path("results/compare/", results.compare, name="results_compare"),
    path("results/compare/file/", result_files.compared_file, name="results_compare_file"),
    path("<int:pk>/results/", results.result, name="broadcast_results"),
    path("<int:pk>/results/export/", result_files.export, name="broadcast_results_export"),
    path("<int:pk>/results/file/", result_files.send_file, name="broadcast_results_file"),
    path("<int:pk>/receivers/", results.receivers, name="broadcast_receivers"),
    path("<int:pk>/clicks/file/", result_files.clicks_file, name="broadcast_clicks_file"),
]
