"""Results as tables for files: each with a name, a header and rows of plain values; None is not known."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.spreadsheets import Cell, Sheet
from broadcasts import pages
from broadcasts.models import Broadcast
from broadcasts.results import details, figures, rows
from broadcasts.results.listing import Table
from broadcasts.results.rows import LABELS
from broadcasts.results.seen import Costs

SHARED = ("delivered", "opened", "clicked", "ordered", "blocked", "stopped")


def names() -> dict[str, str]:
    """What a file of one send can have."""
    return {
        "figures": _("Figures"),
        "hours": _("Clicks by hour"),
        "bubbles": _("By bubble"),
        "links": _("By link"),
        "insight": _("LINE’s figures day by day"),
    }


def of_send(broadcast: Broadcast, *, costs: Costs | None) -> list[Sheet]:
    """One for each of `names`, in their order."""
    copies = details.copies(broadcast)
    found = {
        "figures": _figures(broadcast, costs),
        "hours": _hours(broadcast),
        "bubbles": _bubbles(broadcast, copies),
        "links": _links(broadcast, copies),
        "insight": _days(broadcast, copies),
    }
    return [Sheet(code, name, *found[code]) for code, name in names().items()]


def of_sends(table: Table, *, with_costs: bool) -> Sheet:
    """A row for each send, and the sums."""
    codes = [code for code in LABELS if with_costs or code != "cost"]
    header = [_("Number"), _("Name"), _("Kind"), _("Segment"), _("Started")]
    for code in codes:
        header += [str(LABELS[code])] + (
            [_("%(figure)s, share") % {"figure": LABELS[code]}] * (code in SHARED)
        )
    lines: list[list[Cell]] = []
    for send in table.sends:
        said = send.broadcast
        begin: list[Cell] = [
            *(said.pk, said.name, said.get_nature_display(), said.segment.name),
            said.started_at,
        ]
        lines.append(begin + _values(send.rows, codes))
    lines.append(["", _("Total"), "", "", None, *_values(table.total, codes)])
    return Sheet("sends", _("Results of broadcasts"), header, lines)


Content = tuple[list[str], list[list[Cell]]]


def _values(found: dict[str, rows.Row], codes: Sequence[str]) -> list[Cell]:
    cells: list[Cell] = []
    for code in codes:
        row = found.get(code)
        cells.append(row.value if row else None)
        if code in SHARED:
            cells.append(row.share if row else None)
    return cells


def _figures(broadcast: Broadcast, costs: Costs | None) -> Content:
    header = [_("What"), _("How many"), _("Share"), _("Share of"), _("People"), _("Note")]
    header += [_("Cost per each")] if costs else []
    lines: list[list[Cell]] = []
    for row in rows.of(figures.of(broadcast), costs=costs):
        said = [str(row.whole_label), row.whole, str(row.why or row.about)]
        lines.append([str(row.label), row.value, row.share, *said, *([row.each] if costs else [])])
    return header, lines


def _hours(broadcast: Broadcast) -> Content:
    return [_("Hour"), _("Clicks")], [[hour.at, hour.count] for hour in pages.hours(broadcast)]


def _bubbles(broadcast: Broadcast, copies: Sequence) -> Content:
    header = [_("Bubble"), _("What it says"), _("Seen in full"), _("By people"), _("Clicks")]
    header += [_("People who clicked"), _("Played"), _("Played to the end")]
    return header, [
        [
            *(each.number, each.name, each.seen, each.people, each.clicks),
            *(each.clickers, each.played, each.played_whole),
        ]
        for each in details.bubbles(broadcast, copies)
    ]


def _links(broadcast: Broadcast, copies: Sequence) -> Content:
    header = [_("Bubble"), _("Address"), _("Clicks"), _("People"), _("People, as LINE counts"), _("Machines")]
    return header, [
        [
            *(each.link.bubble, each.link.title or each.link.url, each.clicks, each.people, each.by_line),
            each.link.machine_count,
        ]
        for each in details.links(broadcast, copies)
    ]


def _days(broadcast: Broadcast, copies: Sequence) -> Content:
    header = [_("Days after the send"), _("Delivered"), _("Opened"), _("Clicked"), _("Taken on")]
    return header, [
        [
            *(day.number, day.figures.delivered, day.figures.opened, day.figures.clicked),
            day.figures.taken_at,
        ]
        for day in details.days(broadcast, copies)
    ]
