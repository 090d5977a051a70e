from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BroadcastsConfig(AppConfig):
    name = "broadcasts"
    verbose_name = _("Broadcasts")

    def ready(self) -> None:
        from accounts import board
        from broadcasts import delivery, talks, tasks
        from chats import sources

        board.register(delivery.KIND, lambda: tasks.pump)
        sources.register(talks.sent_to)
