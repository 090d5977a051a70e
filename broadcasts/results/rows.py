"""The figures of a send as rows of a table: for pages, files and programs the same, in the same words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from broadcasts.results.figures import REASONS, Figures, Text, Why
from broadcasts.results.seen import Costs

LABELS: dict[str, Text] = {
    "recipients": _("Recipients"),
    "delivered": _("Delivered"),
    "opened": _("Opened"),
    "clicked": _("People who clicked"),
    "clicks": _("Number of clicks"),
    "ordered": _("People who ordered"),
    "orders": _("Orders"),
    "revenue": _("Revenue"),
    "clicked_ordered": _("Ordered after a click"),
    "clicked_revenue": _("Revenue after a click"),
    "blocked": _("Blocked afterwards"),
    "stopped": _("Stopped broadcasts"),
    "cost": _("Cost"),
}
ABOUT: dict[str, Text] = {
    "recipients": _("whom it was for when it began"),
    "delivered": _("messages that LINE took"),
    "opened": _("people, as LINE counts them"),
    "clicks": _("by people; machines are left out"),
    "ordered": _("people it reached who ordered within 7 days"),
    "orders": _("of people it reached, within 7 days"),
    "revenue": _("of these orders"),
    "clicked_ordered": _("within 7 days of the send"),
    "clicked_revenue": _("of these orders"),
    "blocked": _("people it reached, within 7 days"),
    "stopped": _("people it reached, within 7 days"),
    "cost": _("as booked, before tax"),
}


BY_OUR_LINKS = _("people, by our links")


@dataclass(frozen=True)
class Row:
    """One figure. `value` is None where it is not known; `whole` is what it is a share of, in people."""

    code: str
    value: int | Decimal | None
    whole: int | None = None
    whole_code: str = ""
    each: Decimal | None = None  # of the cost
    is_least: bool = False
    why: Text = ""  # it is not known
    about: Text = ""

    @property
    def label(self) -> Text:
        return LABELS[self.code]

    @property
    def whole_label(self) -> Text:
        return LABELS.get(self.whole_code, "")

    @property
    def is_money(self) -> bool:
        return self.code in {"revenue", "clicked_revenue", "cost"}

    @property
    def share(self) -> float | None:
        return float(self.value) / self.whole if self.value is not None and self.whole else None


def of(figures: Figures, *, costs: Costs | None) -> list[Row]:
    """All figures of a send, and what it cost as the reader sees it; without `costs` nothing of that."""
    found = [*_reached(figures), *_followed(figures)]
    if costs is None:
        return found
    cost = costs(figures)
    return [*(_with_cost(row, cost) for row in found), Row("cost", cost, about=ABOUT["cost"])]


COSTED = {"delivered", "opened", "clicked", "clicks", "ordered", "orders", "clicked_ordered"}


def _with_cost(row: Row, cost: Decimal) -> Row:
    if row.code not in COSTED or not row.value:
        return row
    return replace(row, each=cost / row.value)


def _reached(figures: Figures) -> Iterator[Row]:
    """What was sent, and what was done with it on the phone."""
    line = figures.line
    yield Row("recipients", figures.progress.recipients, about=ABOUT["recipients"])
    yield _row("delivered", figures.delivered, figures.progress.recipients, "recipients")
    opened = _row("opened", line.opened, line.delivered, "delivered")
    yield replace(opened, is_least=line.is_least_opened, why=line.reason)
    clicked = Row("clicked", figures.clicked, figures.clicked_of, "delivered", about=BY_OUR_LINKS)
    if not figures.broadcast.tracks_people:
        why = (line.reason or REASONS[Why.HIDDEN]) if line.clicked is None else ""
        clicked = replace(clicked, is_least=line.is_least_clicked, why=why, about=ABOUT["opened"])
    yield clicked
    yield _row("clicks", figures.progress.clicks)


def _followed(figures: Figures) -> Iterator[Row]:
    """What people did in the days after."""
    found = figures.outcome
    if found is None:
        why = _("It is counted some minutes after the send begins.")
        yield from (Row(code, None, why=why) for code in AFTERWARDS)
        return
    people = found.receivers
    yield _row("ordered", found.buyers, people, "delivered")
    yield _row("orders", found.orders)
    yield _row("revenue", found.revenue)
    if found.clickers is not None:
        yield _row("clicked_ordered", found.clicked_buyers, found.clickers, "clicked")
        yield _row("clicked_revenue", found.clicked_revenue)
    yield _row("blocked", found.blocked, people, "delivered")
    yield _row("stopped", found.stopped, people, "delivered")


AFTERWARDS = ("ordered", "orders", "revenue", "blocked", "stopped")


def _row(code: str, value: int | Decimal | None, whole: int | None = None, whole_code: str = "") -> Row:
    return Row(code, value, whole, whole_code, about=ABOUT.get(code, ""))


def total(tables: Iterable[Sequence[Row]]) -> dict[str, Row]:
    """By code, the sums over several sends of what is known of each; shares are of the sums."""
    found: dict[str, list[Row]] = {}
    for table in tables:
        for row in table:
            found.setdefault(row.code, []).append(row)
    return {code: _sum(code, rows) for code, rows in found.items()}


def _sum(code: str, rows: Sequence[Row]) -> Row:
    known = [row for row in rows if row.value is not None]
    value = sum((row.value or 0 for row in known), 0) if known else None
    costs = sum((row.each * row.value for row in known if row.each and row.value), Decimal(0))
    return Row(
        code,
        value,
        sum(row.whole or 0 for row in known) or None,
        rows[0].whole_code,
        each=costs / value if costs and value else None,
        is_least=len(known) < len(rows) or any(row.is_least for row in known),
        about=ABOUT.get(code, ""),
    )
