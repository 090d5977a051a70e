"""Three sentences that say what happened, from the figures of a report."""

from decimal import Decimal

from django.utils.translation import gettext as _

from reports import blocks
from reports.models import Kind
from reports.sections import friends, sends, targets
from reports.sections.told import CLICK_RATE, OPEN_RATE, Told
from reports.writing import number, share


def of(told: Told) -> list[str]:
    """The first is of friends (of a send: of whom it reached), then what was sent, then what came of it."""
    found = [_of_friends(told), _of_sends(told), _of_orders(told)]
    return [sentence for sentence in found if sentence]


def _of_friends(told: Told) -> str:
    if told.kind != Kind.MONTH:
        return targets.lead(data) if (data := told.data("targets")) else ""
    data = told.data("friends")
    if not data:
        return ""
    said = friends.lead(data, told)
    now, then = (number(data[key].get("net_growth")) for key in ("now", "then"))
    if now is not None and then is not None:
        words = {"value": told.hand.written(then, blocks.SIGNED)}
        said += " " + _("The month before it was %(value)s.") % words
    return said


def _of_sends(told: Told) -> str:
    data = told.data("send" if told.kind == Kind.SEND else "sends")
    rows = data.get("rows", [])
    if not rows:
        return _("Nothing was sent to friends by broadcast.")
    words = {
        "count": told.hand.written(len(rows), blocks.COUNT),
        "people": told.hand.written(sum(row["delivered"] for row in rows), blocks.COUNT),
        "opens": told.hand.written(_rate(rows, "opened"), blocks.SHARE),
        "clicks": told.hand.written(_rate(rows, "clicked"), blocks.SHARE),
    }
    if told.kind == Kind.SEND:
        text = _("The send was delivered to %(people)s people: open rate %(opens)s, click rate %(clicks)s.")
        return text % words
    said = (
        _("%(count)s sends were delivered %(people)s times: open rate %(opens)s, click rate %(clicks)s.")
        % words
    )
    if best := sends.best_of(data):
        row, code, value = best
        named = {"name": row["name"], "rate": str(CLICK_RATE if code == "clicked" else OPEN_RATE).lower()}
        named["value"] = told.hand.written(value, blocks.SHARE)
        said += " " + _("“%(name)s” did best (%(rate)s %(value)s).") % named
    return said


def _of_orders(told: Told) -> str:
    data = told.data("orders")
    spend = number(data.get("spend"))
    words = {
        "orders": told.hand.written(number(data.get("orders")), blocks.COUNT),
        "revenue": told.hand.written(number(data.get("revenue")), blocks.MONEY),
        "spend": told.hand.written(spend, blocks.MONEY),
        "roas": told.hand.written(number(data.get("roas")), blocks.TIMES),
    }
    if data.get("orders") is not None:
        said = _("%(orders)s orders brought %(revenue)s for %(spend)s spent (ROAS %(roas)s).") % words
    elif spend is not None:
        said = _("%(spend)s was spent; which orders came of it is not known.") % words
    else:
        said = ""
    if told.kind == Kind.MONTH and (tree := told.data("targets")):
        said = f"{said} {targets.lead(tree)}".strip()
    return said


def _rate(rows: list[dict], code: str) -> Decimal | None:
    known = [row for row in rows if row[code] is not None and row[f"{code}_of"]]
    return share(sum(row[code] for row in known), sum(row[f"{code}_of"] for row in known))
