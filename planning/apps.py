from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    name = "planning"
    verbose_name = _("Planning")

    def ready(self) -> None:
        from accounts import board
        from planning import counting, finding, publishing, receivers, tasks  # noqa: F401  (receivers register)
        from planning.metrics import known  # noqa: F401  (registers)

        finding.register()
        publishing.register()
        board.register(counting.KIND, lambda: tasks.count_days)
        board.register(publishing.KIND, lambda: tasks.tell_agency)
