from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CostsConfig(AppConfig):
    name = "costs"
    verbose_name = _("Cost and return")

    def ready(self) -> None:
        from accounts import board
        from costs import tasks
        from costs.advice import reckoning

        board.register(reckoning.KIND, lambda: tasks.reckon_advice)
