from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CardsConfig(AppConfig):
    name = "cards"
    verbose_name = _("Membership card")

    def ready(self) -> None:
        from events.registry import EventType, register

        register(EventType("card_shown", _("Showed the membership card")))
