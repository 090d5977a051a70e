from django.urls import URLPattern, URLResolver, path

from scenarios.views import notices

urlpatterns: list[URLPattern | URLResolver] = [
    path("notices/", notices.notices, name="notices"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
]
