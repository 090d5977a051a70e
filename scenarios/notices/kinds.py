"""What a delivered notification message is on the timeline."""

from django.utils.translation import gettext_lazy as _

from events import registry
from events.registry import EventType
from scenarios.notices.finishing import DELIVERED

registry.register(
    EventType(
        DELIVERED,
        _("Notification message delivered"),
        properties=(("name", _("What it is about")),),
        kinds={"name": "text"},
    )
)
