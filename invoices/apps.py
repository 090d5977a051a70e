from datetime import date

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvoicesConfig(AppConfig):
    name = "invoices"
    verbose_name = _("Invoices")

    def ready(self) -> None:
        from accounts import board
        from contracts import services as contracts
        from invoices import closing, tasks

        board.register(closing.KIND, lambda: tasks.close_months)
        contracts.register_issued(_issued_until)


def _issued_until(tenant_id: int) -> date | None:
    from invoices.models import Document

    issued = Document.objects.invoices().issued().filter(tenant=tenant_id)
    return issued.order_by("-month").values_list("month", flat=True).first()
