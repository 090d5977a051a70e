from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        from billing.budgeting import sources
        from campaigns import services

        sources.register_campaigns(owners=services.owners, name=services.name_of, choices=services.choices)
