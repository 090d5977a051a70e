from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoutesConfig(AppConfig):
    name = "routes"
    verbose_name = _("Acquisition routes")

    def ready(self) -> None:
        from accounts import board
        from events.registry import EventType, register
        from friends.filters import register as register_filter
        from imports.kinds import register as register_kind
        from routes import joining, receivers, tasks, uses  # noqa: F401  (some register as they are imported)
        from routes.kinds import AdCosts
        from routes.narrowing import BY_ROUTE

        board.register(joining.KIND, lambda: tasks.settle_arrivals)
        register(
            EventType(
                "arrived",
                _("Came by a route"),
                (("route", _("Route")), ("source", _("Source")), ("ad", _("Ad"))),
            )
        )
        register_filter(BY_ROUTE)
        register_kind(AdCosts())
