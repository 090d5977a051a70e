from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttributionConfig(AppConfig):
    name = "attribution"
    verbose_name = _("Attribution")

    def ready(self) -> None:
        from accounts import board
        from attribution import tasks
        from attribution.counting import news
        from attribution.tag import event_types, snippets
        from events.registry import register

        board.register(news.KIND, lambda: tasks.count)
        register(*event_types.TYPES)
        snippets.register()
