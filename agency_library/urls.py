from django.urls import path

from agency_library import kpi_set_views, views

urlpatterns = [
    path("templates/", views.templates, name="agency_templates"),
    path("templates/<int:pk>/", views.template, name="agency_template"),
    path("templates/<int:pk>/delete/", views.delete, name="agency_template_delete"),
    path("kpi-sets/", kpi_set_views.sets, name="kpi_sets"),
    path("kpi-sets/<int:pk>/", kpi_set_views.one, name="kpi_set"),
    path("kpi-sets/<int:pk>/delete/", kpi_set_views.delete, name="kpi_set_delete"),
    path("files/<str:code>/<path:size>", views.file, name="agency_file"),
]
