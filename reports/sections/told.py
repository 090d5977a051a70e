"""What sections are told when they are shown."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning.metrics import registry
from reports.writing import Hand

# Words that stand above figures in several sections.
DELIVERED = gettext_lazy("Delivered")
OPEN_RATE = gettext_lazy("Open rate")
CLICK_RATE = gettext_lazy("Click rate")
ORDERS = gettext_lazy("Orders")
REVENUE = gettext_lazy("Revenue")


@dataclass(frozen=True)
class Told:
    """Of one report: how values are written, all that was gathered, its days."""

    hand: Hand
    figures: dict
    kind: str
    first: date
    last: date

    @property
    def shows_net(self) -> bool:
        return bool(self.figures["about"]["shows_net"])

    @property
    def cost(self) -> str:
        """What amounts are called that the client pays for messages."""
        return _("Cost") if self.shows_net else _("Price")

    def data(self, code: str) -> dict:
        """What was gathered for a section; empty if there was nothing."""
        return self.figures["parts"].get(code) or {}


def about(code: str) -> str:
    """What a daily figure counts."""
    metric = registry.get(code)
    return str(metric.about) if metric else ""


def label(code: str) -> str:
    """What a daily figure is called."""
    metric = registry.get(code)
    return str(metric.label) if metric else code
