from django.urls import path

from library import picker, views

urlpatterns = [
    path("", views.files, name="library"),
    path("upload/", views.upload, name="media_upload"),
    path("pick/", picker.pick, name="media_pick"),
    path("pick/<int:pk>/", picker.cut, name="media_cut"),
    path("folders/new/", views.folder_new, name="media_folder_new"),
    path("folders/<int:pk>/", views.folder, name="media_folder"),
    path("<int:pk>/", views.file, name="media_file"),
    path("<int:pk>/preview/", views.preview, name="media_preview"),
    path("<int:pk>/act/", views.act, name="media_act"),
    path("<int:pk>/delete/", views.delete, name="media_delete"),
]
