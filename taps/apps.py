from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TapsConfig(AppConfig):
    name = "taps"
    verbose_name = _("Tap actions")

    def ready(self) -> None:
        from composing import actions
        from events.registry import EventType, register
        from friends import replies
        from taps import receivers, uses  # noqa: F401  (uses register as they are imported)
        from taps.models import TapAction

        actions.taps.register(lambda: list(TapAction.objects.in_use().values_list("code", "name")))
        replies.register(receivers.ANSWER, receivers.answers)
        register(
            EventType(
                "tapped",
                _("Tapped"),
                (
                    ("action", _("Tap action")),
                    ("number", _("Number of the tap action")),
                    ("broadcast", _("Number of the broadcast")),
                    ("bubble", _("Bubble")),
                ),
            ),
        )
