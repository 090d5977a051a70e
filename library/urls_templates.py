from django.urls import path

from library.message_templates import views

urlpatterns = [
    path("", views.own, name="message_templates"),
    path("new/", views.new, name="message_template_new"),
    path("pick/", views.pick, name="template_pick"),
    path("agency/", views.of_agency, name="agency_templates_here"),
    path("agency/<int:pk>/", views.agency_template, name="agency_template_here"),
    path("agency/<int:pk>/copy/", views.copy, name="agency_template_copy"),
    path("<int:pk>/", views.template, name="message_template"),
    path("<int:pk>/edit/", views.edit, name="message_template_edit"),
    path("<int:pk>/use/", views.use, name="message_template_use"),
    path("<int:pk>/share/", views.share, name="message_template_share"),
    path("<int:pk>/delete/", views.delete, name="message_template_delete"),
]
