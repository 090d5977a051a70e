"""The calendar of the next month: what is planned, and whether the plan has room for it."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import months, quota
from broadcasts.models import Broadcast
from broadcasts.timing import calendar
from reports import blocks
from reports.blocks import Cell, Column, Section, Table, Tile, Tiles
from reports.scope import Scope
from reports.sections.told import Told
from reports.writing import moment

CODE, TITLE = "coming", gettext_lazy("Next month’s calendar")
GONE = (Broadcast.Status.CANCELLED, Broadcast.Status.FAILED)


def gather(scope: Scope) -> dict | None:
    """Sends of the month after with their messages, as they are planned now."""
    period = scope.next_month
    days = calendar.days(period.first, period.last)
    entries = [entry for day in days for entry in day.entries]
    rows = [
        {
            "at": entry.at.isoformat(),
            "name": entry.name,
            "planned": None if entry.planned is None else entry.planned + entry.sent,
            "state": str(entry.broadcast.status) if entry.broadcast else None,
        }
        for entry in entries
        if entry.broadcast is None or entry.broadcast.status not in GONE
    ]
    moment_ = max(timezone.now(), months.span(period.first, scope.zone)[0])
    status = quota.status(scope.tenant.pk, moment_)
    if status.month != period.first:  # the month after is over too: the report is late
        return {"month": f"{period.first:%Y-%m}", "rows": rows, "limit": None}
    return {"month": f"{period.first:%Y-%m}", "rows": rows, "limit": status.limit}


def show(data: dict, told: Told) -> Section:
    count = sum(row["planned"] or 0 for row in data["rows"])
    limit = data["limit"]
    tiles = [Tile(_("Sends planned"), len(data["rows"])), Tile(_("Messages planned"), count)]
    if limit is not None:
        note = _("more than the plan includes") if count > limit else ""
        tiles.append(Tile(_("Messages of the plan"), limit, blocks.COUNT, note))
    found: list[blocks.Block] = [Tiles(tiles)]
    columns = [
        Column(_("Send at"), blocks.MOMENT, 1.6),
        Column(_("Name"), blocks.TEXT, 4),
        Column(_("Status"), blocks.TEXT, 1.6),
        Column(_("Messages")),
    ]
    rows: list[list[Cell]] = [
        [moment(row["at"]), row["name"], _state(row["state"]), row["planned"]] for row in data["rows"]
    ]
    if rows:
        found.append(Table(columns, rows))
    month = data["month"].replace("-", "/")
    words = {"month": month, "count": len(rows)}
    lead = (
        _("%(count)s sends are planned for %(month)s.")
        if rows
        else _("Nothing is planned for %(month)s yet.")
    )
    return Section(CODE, str(TITLE), found, lead % words)


def _state(state: str | None) -> str:
    return str(Broadcast.Status(state).label) if state else _("Recurring, not made yet")
