"""Each send with a picture of its message, and which did best and worst."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from broadcasts.models import Broadcast
from broadcasts.results.figures import REASONS, Figures, Why
from costs.outcomes import Code, Orders
from costs.rows import Row
from reports import blocks
from reports.blocks import Cell, Column, Paragraphs, Section, Send, Table, Tile
from reports.scope import Scope, text_of
from reports.sections import told as words
from reports.sections.told import Told
from reports.writing import moment, number, share

SENDS, SENDS_TITLE = "sends", gettext_lazy("Sends, one by one")
BEST, BEST_TITLE = "best", gettext_lazy("Best and worst sends")
ONE, ONE_TITLE = "send", gettext_lazy("The send")
FINAL_AFTER = timedelta(days=15)  # LINE's figures of a send change for 14 days
PICTURED = 60  # sends; more stand in the table alone
LEAST_PEOPLE = 100  # a rate of fewer is chance
LEAST_SENDS = 3  # of which some are better than others
SHOWN = 3
BUBBLES = 5


def gather(scope: Scope) -> dict | None:
    """Every send that began on these days, oldest first, as its results and its cost were last counted."""
    found = scope.sends
    if not found:
        return None
    report = scope.of_send or scope.returns
    rows = {row.key: row for row in report.rows}
    texts = dict(
        Broadcast.objects.filter(pk__in=[each.broadcast.pk for each in found]).values_list("pk", "messages")
    )
    told = [
        _gathered(each, rows.get(each.broadcast.ledger_owner), texts[each.broadcast.pk]) for each in found
    ]
    return {"rows": told, "orders": str(report.orders)}


def _gathered(found: Figures, row: Row | None, messages: list[dict]) -> dict[str, Any]:
    broadcast, line = found.broadcast, found.line
    began = broadcast.started_at
    measures = row.measures if row else {}
    return {
        "name": broadcast.name,
        "at": began.isoformat() if began else None,
        "messages": messages[:BUBBLES],
        "delivered": found.delivered,
        "opened": found.opened,
        "opened_of": line.delivered,
        "is_least": line.is_least_opened,
        "why": str(line.why),
        "is_final": line.is_final,
        "final_at": (began + FINAL_AFTER).isoformat() if began else None,
        "clicks": found.progress.clicks,
        "clicked": found.clicked,
        "clicked_of": found.clicked_of,
        "orders": text_of(measures[Code.ORDERS].count) if Code.ORDERS in measures else None,
        "revenue": text_of(measures[Code.REVENUE].count) if Code.REVENUE in measures else None,
        "blocked": found.outcome.blocked if found.outcome else None,
        "cost": text_of(row.spend.total) if row else None,
    }


def show(data: dict, told: Told) -> Section:
    rows = data["rows"]
    columns = [
        Column(_("Sent"), blocks.MOMENT, 1.7),
        Column(_("Name"), blocks.TEXT, 3),
        Column(str(words.DELIVERED)),
        Column(str(words.OPEN_RATE), blocks.SHARE),
        Column(_("People who clicked")),
        Column(str(words.CLICK_RATE), blocks.SHARE),
        Column(str(words.ORDERS), blocks.COUNT, 0.8),
        Column(str(words.REVENUE), blocks.MONEY, 1.3),
        Column(told.cost, blocks.MONEY, 1.2),
    ]
    found: list[blocks.Block] = [Table(columns, [_row(row) for row in rows], foot=_foot(rows))]
    notes = [_orders(data["orders"])]
    if any(row["clicked"] is None and row["clicks"] for row in rows):
        notes.append(
            _("Where it is not known who clicked there is no rate: such links count clicks, not people.")
        )
    if open_ := [row for row in rows if not row["is_final"] and row["final_at"]]:
        until = max(row["final_at"] for row in open_)
        said = {"count": len(open_), "day": told.hand.written(moment(until), blocks.MOMENT)[:10]}
        notes.append(
            _("Opens and clicks of %(count)s sends may still change: LINE’s figures are final on %(day)s.")
            % said
        )
    found.append(Paragraphs(notes, is_quiet=True))
    found += [pictured(row, told) for row in rows[:PICTURED]]
    if len(rows) > PICTURED:
        left = _("Sends without a picture, in the table alone: %(count)s") % {"count": len(rows) - PICTURED}
        found.append(Paragraphs([left], is_quiet=True))
    return Section(SENDS, str(SENDS_TITLE), found, lead(data, told))


def lead(data: dict, told: Told) -> str:
    people = sum(row["delivered"] for row in data["rows"])
    said = {"count": len(data["rows"]), "people": told.hand.written(people, blocks.COUNT)}
    return _("%(count)s sends, delivered %(people)s times.") % said


def show_one(data: dict, told: Told) -> Section:
    """Of the report of a single send."""
    [row] = data["rows"]
    notes = [_orders(data["orders"])]
    if not row["is_final"] and row["final_at"]:
        day = told.hand.written(moment(row["final_at"]), blocks.MOMENT)[:10]
        notes.append(
            _("Opens and clicks may still change: LINE’s figures are final on %(day)s.") % {"day": day}
        )
    return Section(ONE, str(ONE_TITLE), [pictured(row, told), Paragraphs(notes, is_quiet=True)])


def pictured(row: dict, told: Told) -> Send:
    facts = [
        Tile(str(words.DELIVERED), row["delivered"]),
        Tile(_("Opens"), row["opened"], blocks.COUNT, _rate(row["opened"], row["opened_of"], told)),
        Tile(
            _("People who clicked"),
            row["clicked"],
            blocks.COUNT,
            _rate(row["clicked"], row["clicked_of"], told),
        ),
        Tile(_("Clicks"), row["clicks"]),
        Tile(str(words.ORDERS), number(row["orders"])),
        Tile(str(words.REVENUE), number(row["revenue"]), blocks.MONEY),
        Tile(told.cost, number(row["cost"]), blocks.MONEY),
        Tile(_("Blocked the account"), row["blocked"]),
    ]
    note = "" if row["why"] == Why.KNOWN else str(REASONS[Why(row["why"])])
    if row["is_least"]:
        note = _("LINE hides a part of the opens: there were at least so many.")
    return Send(row["name"], moment(row["at"]), row["messages"], facts, note)


def show_best(data: dict, told: Told) -> Section | None:
    """By the share of people who clicked; where that is not known of enough sends, by opens."""
    rows = [row for row in data["rows"] if row["delivered"] >= LEAST_PEOPLE]
    code = next((code for code in ("clicked", "opened") if len(_known(rows, code)) >= LEAST_SENDS), "")
    if not code:
        return None
    ranked = sorted(_known(rows, code), key=lambda row: (-(_share(row, code) or 0), row["at"] or ""))
    count = min(SHOWN, len(ranked) // 2)
    best, worst = ranked[:count], ranked[-count:][::-1]
    named = str(words.CLICK_RATE if code == "clicked" else words.OPEN_RATE)
    columns = [
        Column("", blocks.TEXT, 0.8),
        Column(_("Name"), blocks.TEXT, 3),
        Column(_("Sent"), blocks.MOMENT, 1.6),
        Column(str(words.DELIVERED)),
        Column(named, blocks.SHARE),
        Column(str(words.ORDERS)),
        Column(str(words.REVENUE), blocks.MONEY, 1.2),
    ]
    told_rows: list[list[Cell]] = [
        [label, row["name"], moment(row["at"]), row["delivered"], _share(row, code), *_bought(row)]
        for label, those in ((_("Best"), best), (_("Worst"), worst))
        for row in those
    ]
    said = {"rate": named.lower(), "people": LEAST_PEOPLE, "count": len(ranked)}
    how = (
        _("By %(rate)s, among the %(count)s sends to at least %(people)s people of which it is known.") % said
    )
    first = {"name": best[0]["name"], "rate": named.lower()}
    first["value"] = told.hand.written(_share(best[0], code), blocks.SHARE)
    lead_ = _("“%(name)s” did best (%(rate)s %(value)s).") % first
    return Section(
        BEST, str(BEST_TITLE), [Table(columns, told_rows), Paragraphs([how], is_quiet=True)], lead_
    )


def best_of(data: dict) -> tuple[dict, str, Decimal] | None:
    """The send that did best, by what, and how well."""
    rows = [row for row in data.get("rows", []) if row["delivered"] >= LEAST_PEOPLE]
    for code in ("clicked", "opened"):
        if len(known := _known(rows, code)) >= LEAST_SENDS:
            row = max(known, key=lambda row: _share(row, code) or 0)
            return row, code, _share(row, code) or Decimal(0)
    return None


def _known(rows: list[dict], code: str) -> list[dict]:
    return [row for row in rows if _share(row, code) is not None]


def _share(row: dict, code: str) -> Decimal | None:
    return share(row[code], row[f"{code}_of"])


def _row(row: dict) -> list[Cell]:
    rates = _share(row, "opened"), row["clicked"], _share(row, "clicked")
    return [moment(row["at"]), row["name"], row["delivered"], *rates, *_bought(row), number(row["cost"])]


def _bought(row: dict) -> list[Cell]:
    return [number(row["orders"]), number(row["revenue"])]


def _foot(rows: list[dict]) -> list[Cell]:
    """Rates are of the sends of which both figures are known."""

    def summed(code: str) -> Decimal | None:
        values = [value for row in rows if (value := number(row[code])) is not None]
        return sum(values, Decimal(0)) if values else None

    def rate(code: str) -> Decimal | None:
        known = _known(rows, code)
        return share(sum(row[code] for row in known), sum(row[f"{code}_of"] for row in known))

    clicked = [row["clicked"] for row in rows if row["clicked"] is not None]
    counts = [sum(row["delivered"] for row in rows), rate("opened"), sum(clicked) if clicked else None]
    return [
        None,
        _("Total"),
        *counts,
        rate("clicked"),
        *(summed(code) for code in ("orders", "revenue", "cost")),
    ]


def _rate(part: int | None, whole: int | None, told: Told) -> str:
    found = share(part, whole)
    return told.hand.written(found, blocks.SHARE) if found is not None else ""


def _orders(how: str) -> str:
    if how == Orders.CLICKED:
        return _("Orders are those after a click, each counted for one send alone.")
    return _(
        "Orders are those of people whom the send reached, within 7 days; one order may count for several "
        "sends."
    )
