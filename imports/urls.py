from django.urls import path

from imports import views

urlpatterns = [
    path("", views.import_list, name="imports"),
    path("new/<slug:kind_name>/", views.new, name="import_new"),
    path("new/<slug:kind_name>/sample/", views.sample, name="import_sample"),
    path("columns/<int:pk>/forget/", views.forget_columns, name="import_columns_forget"),
    path("<int:pk>/", views.import_run, name="import_run"),
    path("<int:pk>/live/", views.live, name="import_live"),
    path("<int:pk>/act/", views.act, name="import_act"),
    path("<int:pk>/refused/", views.refused, name="import_refused"),
]
