from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        from accounts import board
        from customers import merging, tasks
        from customers.kinds import CustomersKind
        from imports import kinds

        board.register(merging.WORK, lambda: tasks.settle_merges)
        kinds.register(CustomersKind())
