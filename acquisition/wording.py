"""What the figures say, in sentences."""

from django.utils.translation import gettext as _

from acquisition.figures import PayBack
from acquisition.table import Row, Table


def pay_back(found: PayBack | None) -> str:
    if found is None:
        return ""
    if found.month is not None:
        return _("Month %(month)s after joining") % {"month": found.month}
    if found.forecast is not None:
        return _("Not yet; about month %(month)s if it goes on so") % {"month": found.forecast}
    return _("Not yet")


def headline(row: Row) -> str:
    """The answer to the question of the chart."""
    found = row.pay_back
    if not row.people.new:
        return _("Nobody whose route is known joined on these days.")
    if row.cost is None:
        return _("No cost is entered for these days, so nothing is set against what friends bring.")
    if found is None:
        return _("Nobody came by what was paid for, as far as it is known.")
    if found.month is not None:
        return _("Friends pay back what they cost in month %(month)s after joining.") % {"month": found.month}
    if found.forecast is not None:
        return _(
            "Friends have not paid back what they cost. If it goes on as in the last months, they will "
            "in about month %(month)s."
        ) % {"month": found.forecast}
    return _("Friends have not paid back what they cost, and it cannot be told yet when they will.")


def cheapest(table: Table) -> str:
    """Which group gets friends for least, among those with enough people."""
    known = [row for row in table.rows if row.cost_each and not row.part.paid.is_few]
    if len(known) < 2:
        return ""
    best = min(known, key=lambda row: row.cost_each or 0)
    return _("Friends cost least by “%(name)s”.") % {"name": best.name.words}
