from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConnectorsConfig(AppConfig):
    name = "connectors"
    verbose_name = _("Shop connections")

    def ready(self) -> None:
        from accounts import board
        from connectors import tasks
        from connectors.receiving import KIND

        board.register(KIND, lambda: tasks.take_over)
