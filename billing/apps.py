from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = _("Cost")

    def ready(self) -> None:
        from accounts import board
        from billing import line_costs, tables, tasks
        from billing.budgeting import watching
        from contracts import examples

        examples.register(line_costs.of_month)
        board.register(tables.REPRICING, lambda: tasks.price_months_again)
        board.register(watching.KIND, lambda: tasks.warn_of_budgets)
