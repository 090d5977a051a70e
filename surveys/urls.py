from django.urls import include, path

from surveys.views import editor, pages

urlpatterns = [
    path("", pages.surveys, name="surveys"),
    path("new/", pages.new, name="survey_new"),
    path("friends/<int:pk>/", pages.of_friend, name="friend_surveys"),
    path("<int:pk>/", pages.survey, name="survey"),
    path("<int:pk>/live/", pages.live, name="survey_live"),
    path("<int:pk>/qr.svg", pages.qr_code, name="survey_qr"),
    path("<int:pk>/edit/", editor.edit, name="survey_edit"),
    path("<int:pk>/preview/", editor.preview, name="survey_preview"),
    path("<int:pk>/settings/", pages.settings, name="survey_settings"),
    path("<int:pk>/publish/", pages.publish, name="survey_publish"),
    path("<int:pk>/close/", pages.close, name="survey_close"),
    path("<int:pk>/copy/", pages.copy, name="survey_copy"),
    path("<int:pk>/delete/", pages.delete, name="survey_delete"),
    path("", include("surveys.urls_results")),
]
