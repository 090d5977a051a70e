from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from accounts import board
        from reports import mails, months, prints, tasks

        board.register(months.KIND, lambda: tasks.draft_month)
        board.register(mails.KIND, lambda: tasks.send_mails)
        board.register(prints.KIND, lambda: tasks.draw)
