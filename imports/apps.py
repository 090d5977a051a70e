from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "imports"
    verbose_name = _("Imports")

    def ready(self) -> None:
        from accounts import board
        from imports import services, tasks

        board.register(services.WORK, lambda: tasks.work)
