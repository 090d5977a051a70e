from django.urls import path

from agency_library import branding_views, kpi_set_views, views

urlpatterns = [
    path("templates/", views.templates, name="agency_templates"),
    path("templates/<int:pk>/", views.template, name="agency_template"),
    path("templates/<int:pk>/delete/", views.delete, name="agency_template_delete"),
    path("kpi-sets/", kpi_set_views.sets, name="kpi_sets"),
    path("kpi-sets/<int:pk>/", kpi_set_views.one, name="kpi_set"),
    path("kpi-sets/<int:pk>/delete/", kpi_set_views.delete, name="kpi_set_delete"),
    path("branding/", branding_views.brandings, name="agency_branding"),
    path("branding/<int:pk>/", branding_views.one, name="agency_branding_one"),
    path("branding/<int:pk>/logo/", branding_views.logo, name="agency_logo"),
    path("files/<str:code>/<path:size>", views.file, name="agency_file"),
]
