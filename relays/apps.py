from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RelaysConfig(AppConfig):
    name = "relays"
    verbose_name = _("Webhook relays")

    def ready(self) -> None:
        from accounts import board
        from channels import partitions
        from relays import receivers, tasks  # noqa: F401  (receivers register as they are imported)
        from relays.delivering import KIND

        board.register(KIND, lambda: tasks.relay)
        partitions.register("relays_delivery", moment="created_at")
