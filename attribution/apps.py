from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttributionConfig(AppConfig):
    name = "attribution"
    verbose_name = _("Attribution")

    def ready(self) -> None:
        from accounts import board
        from attribution import tasks
        from attribution.counting import news

        board.register(news.KIND, lambda: tasks.count)
