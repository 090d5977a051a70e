from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        from accounts import board
        from billing.budgeting import sources
        from campaigns import members, routes, services, tasks, telling

        members.register("route", routes.described)
        board.register(telling.KIND, lambda: tasks.tell_responsible)
        sources.register_campaigns(owners=services.owners, name=services.name_of, choices=services.choices)
