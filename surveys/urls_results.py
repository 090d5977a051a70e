from django.urls import path

from surveys.incoming import views as incoming
from surveys.results.views import files, texts, totals, winners

urlpatterns = [
    path("<int:pk>/results/", totals.results, name="survey_results"),
    path("<int:pk>/results/file/", files.totals_file, name="survey_results_file"),
    path("<int:pk>/results/cross/", totals.cross, name="survey_cross"),
    path("<int:pk>/results/cross/file/", files.cross_file, name="survey_cross_file"),
    path("<int:pk>/results/words/<str:question>/", texts.words, name="survey_words"),
    path("<int:pk>/results/texts/<str:question>/", texts.texts, name="survey_texts"),
    path("<int:pk>/results/answers/", files.files, name="survey_files"),
    path("<int:pk>/results/answers/file/", files.answers_file, name="survey_answers_file"),
    path("<int:pk>/results/winners/", winners.winners, name="survey_winners"),
    path("<int:pk>/results/import/", incoming.survey_import, name="survey_import"),
    path("from-file/", incoming.from_file, name="survey_from_file"),
    path("from-file/<int:pk>/", incoming.from_run, name="survey_from_run"),
    path("winners/<int:pk>/", winners.draw, name="survey_draw"),
    path("winners/<int:pk>/draw/", winners.draw_now, name="survey_draw_now"),
    path("winners/<int:pk>/file/", winners.draw_file, name="survey_draw_file"),
    path("winners/<int:pk>/list/", winners.draw_list, name="survey_draw_list"),
]
