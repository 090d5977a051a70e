from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TouchpointsConfig(AppConfig):
    name = "touchpoints"
    verbose_name = _("Touchpoint plans")

    def ready(self) -> None:
        from accounts import board
        from touchpoints import admitting, files, leaves, tasks, uses  # noqa: F401  (register)

        board.register(admitting.KIND, lambda: tasks.admit_classes)
