from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScenariosConfig(AppConfig):
    name = "scenarios"
    verbose_name = _("Scenarios")

    def ready(self) -> None:
        from accounts import board
        from campaigns import members
        from scenarios import belonging, tasks
        from scenarios.work import KIND

        board.register(KIND, lambda: tasks.lead_on)
        members.register("scenario", belonging.described)
