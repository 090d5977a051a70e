"""Values as people read them, in the client's currency and time zone."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.money import UNKNOWN
from planning import wording
from planning.metrics.registry import Unit
from planning.standing import Light
from reports import blocks
from reports.blocks import Cell

UNITS = {
    Unit.COUNT: blocks.COUNT,
    Unit.MONEY: blocks.MONEY,
    Unit.SHARE: blocks.SHARE,
}
FIGURES = {
    blocks.COUNT: Unit.COUNT,
    blocks.SIGNED: Unit.COUNT,
    blocks.MONEY: Unit.MONEY,
    blocks.EACH: Unit.MONEY,
    blocks.SHARE: Unit.SHARE,
}


class Hand:
    """Writes for one report."""

    def __init__(self, currency: str, zone: str) -> None:
        self.currency, self.zone = currency, ZoneInfo(zone)

    def written(self, value: Cell, kind: str) -> str:
        """A dash where nothing is known."""
        if value is None or value == "":
            return UNKNOWN if kind != blocks.TEXT else ""
        if kind in FIGURES and isinstance(value, int | Decimal):
            number = Decimal(value)
            said = wording.figure(number, FIGURES[kind], self.currency, is_each=kind == blocks.EACH)
            return wording.signed(said, number) if kind == blocks.SIGNED else said
        if kind == blocks.TIMES and isinstance(value, int | Decimal):
            return f"{Decimal(value) * 100:,.0f}%"
        if kind == blocks.LIGHT:
            return str(Light(str(value)).label)
        if isinstance(value, datetime):
            return f"{value.astimezone(self.zone):%Y/%m/%d %H:%M}"
        if isinstance(value, date):
            return f"{value:%Y/%m/%d}"
        return str(value)

    def change(self, now: Decimal | None, then: Decimal | None) -> str:
        """Against the month before: +12%. Empty where nothing can be said."""
        if now is None or not then:
            return ""
        share = (now - then) / abs(then) * 100
        return f"{share:+,.0f}%".replace("-", "−") if abs(share) >= Decimal("0.5") else _("unchanged")


def number(text: str | None) -> Decimal | None:
    """What a snapshot keeps as text."""
    return None if text is None else Decimal(text)


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def share(part: Decimal | int | None, whole: Decimal | int | None) -> Decimal | None:
    return Decimal(part) / Decimal(whole) if part is not None and whole else None
