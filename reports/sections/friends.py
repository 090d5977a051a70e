"""Friends day by day: how many there are, who came, who blocked the account."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from costs.periods import Period, before
from planning import reading
from reports import blocks
from reports.blocks import Chart, Column, Section, Table, Tile, Tiles
from reports.scope import Scope
from reports.sections import daily
from reports.sections.told import Told, label
from reports.writing import number

CODE, TITLE = "friends", gettext_lazy("Friends")
CODES = ("friends", "reach", "blocks", "new_friends", "lost", "net_growth")
SUMS = ("friends", "reach", "blocks", "block_rate", "new_friends", "lost", "net_growth")


def gather(scope: Scope) -> dict | None:
    """Each day of the month; what the month before came to stands beside."""
    month = before(scope.period.first)
    earlier = reading.of_client(scope.eyes, SUMS, Period.of_month(month))
    found = daily.kept(scope, CODES)
    return found | {
        "now": daily.totals(scope.days, SUMS),
        "then": daily.totals(earlier, SUMS) if earlier else {},
    }


def show(data: dict, told: Told) -> Section:
    found: list[blocks.Block] = [Tiles([_tile(data, code, told) for code in _shown(data)])]
    labels = daily.labels(data)
    if len(daily.known(data, "friends")) > 1:
        found.append(
            Chart(
                _("How many friends were there each day?"),
                labels,
                [daily.series(data, code) for code in ("friends", "reach") if daily.known(data, code)],
                from_zero=False,
            )
        )
    if daily.known(data, "new_friends") or daily.known(data, "lost"):
        came = [daily.series(data, "new_friends"), daily.series(data, "lost")]
        found.append(Chart(_("On which days did friends come and go?"), labels, came, is_bars=True))
    columns = [Column(_("Day"), blocks.TEXT, 1.2), *(Column(label(code), _kind(code)) for code in CODES)]
    values = [[number(text) for text in data["series"][code]] for code in CODES]
    rows = [[day, *cells] for day, *cells in zip(labels, *values, strict=True)]
    if any(cell is not None for row in rows for cell in row[1:]):
        found.append(Table(columns, rows, title=_("Friends by day"), is_detail=True))
    return Section(CODE, str(TITLE), found, lead=lead(data, told))


def lead(data: dict, told: Told) -> str:
    """By how much they grew."""
    grown, friends = (number(data["now"].get(code)) for code in ("net_growth", "friends"))
    if friends is None:
        return _("LINE has told no counts of friends for these days yet.")
    words = {
        "friends": told.hand.written(friends, blocks.COUNT),
        "grown": told.hand.written(grown, blocks.SIGNED),
        "new": told.hand.written(number(data["now"].get("new_friends")), blocks.COUNT),
        "lost": told.hand.written(number(data["now"].get("lost")), blocks.COUNT),
    }
    return (
        _("%(friends)s friends at the end (%(grown)s): %(new)s came, %(lost)s blocked the account.") % words
    )


def _tile(data: dict, code: str, told: Told) -> Tile:
    now, then = (number(data[key].get(code)) for key in ("now", "then"))
    kind = _kind(code)
    note = _("Month before: %(value)s") % {"value": told.hand.written(then, kind)} if then is not None else ""
    return Tile(label(code), now, kind, note)


def _shown(data: dict) -> list[str]:
    return [code for code in SUMS if data["now"].get(code) is not None]


def _kind(code: str) -> str:
    return {"net_growth": blocks.SIGNED, "block_rate": blocks.SHARE}.get(code, blocks.COUNT)
