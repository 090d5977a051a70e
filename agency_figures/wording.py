"""Figures as people read them: by unit, in the client's currency."""

from decimal import ROUND_HALF_UP, Decimal

from accounts.money import UNKNOWN, written

LARGE = 10  # a share above is written without decimals: ROAS


def figure(value: Decimal | None, unit: str, currency: str, *, is_each: bool = False) -> str:
    """12,345, ¥12,345 or 3.4%; what one of many costs has a decimal more."""
    if value is None:
        return UNKNOWN
    if unit == "money":
        return written(value, currency, more=1 if is_each else 0)
    if unit == "share":
        percent = (value * 100).quantize(Decimal("0.1" if abs(value) < LARGE else "1"), ROUND_HALF_UP)
        return f"{percent:,}%".replace("-", "−")
    places = Decimal(1) if abs(value) >= 100 or value == value.to_integral_value() else Decimal("0.1")
    return f"{value.quantize(places, ROUND_HALF_UP):,}".replace("-", "−")
