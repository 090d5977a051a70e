from django.urls import URLPattern, URLResolver, path

from scenarios.views import condition, editor, pages, versions

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.scenarios, name="scenarios"),
    path("new/", pages.new, name="scenario_new"),
    path("<int:pk>/", editor.scenario, name="scenario"),
    path("<int:pk>/panel/", editor.panel, name="scenario_panel"),
    path("<int:pk>/act/", editor.act, name="scenario_act"),
    path("<int:pk>/people/", editor.people, name="scenario_people"),
    path("<int:pk>/condition/", condition.condition, name="scenario_condition"),
    path("<int:pk>/publish/", pages.publish, name="scenario_publish"),
    path("<int:pk>/pause/", pages.pause, name="scenario_pause"),
    path("<int:pk>/resume/", pages.resume, name="scenario_resume"),
    path("<int:pk>/ask-again/", pages.ask_again, name="scenario_ask_again"),
    path("<int:pk>/archive/", pages.archive, name="scenario_archive"),
    path("<int:pk>/copy/", pages.copy, name="scenario_copy"),
    path("<int:pk>/rename/", pages.rename, name="scenario_rename"),
    path("<int:pk>/versions/", versions.versions, name="scenario_versions"),
    path("<int:pk>/versions/<int:number>/", versions.take_back, name="scenario_version_take"),
]
