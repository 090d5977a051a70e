from django.urls import path

from agency_library import views

urlpatterns = [
    path("templates/", views.templates, name="agency_templates"),
    path("templates/<int:pk>/", views.template, name="agency_template"),
    path("templates/<int:pk>/delete/", views.delete, name="agency_template_delete"),
    path("files/<str:code>/<path:size>", views.file, name="agency_file"),
]
