"""Groups side by side, and months of joining, as tables for files; None is not known."""

from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.spreadsheets import Cell, Sheet
from acquisition import wording
from acquisition.cohorts import Line
from acquisition.counting import HORIZON
from acquisition.table import Row, Table

SEN = Decimal("0.01")


def of_table(table: Table) -> list[Sheet]:
    """Figures of each group; what friends brought month after month."""
    return [_figures(table), _curves(table)]


def of_cohorts(lines: list[Line], label: str) -> Sheet:
    header = [_("Month of joining"), _("New friends"), *_ages(HORIZON)]
    rows: list[list[Cell]] = []
    for line in lines:
        cells = [cell.value if cell.is_share else _sen(Decimal(cell.value)) for cell in line.cells]
        blank: list[Cell] = [None] * (HORIZON - len(cells))
        rows.append([line.month or _("All"), line.new, *cells, *blank])
    return Sheet("cohorts", label, header, rows)


def _figures(table: Table) -> Sheet:
    header = [_("Group"), _("Openings"), _("New friends"), _("Fewer than 30 friends")]
    header += [_("Cost"), _("Cost per friend")] * table.shows_cost
    header += [_("Linked"), _("Link rate")] + [_("Cost per linked friend")] * table.shows_cost
    for days in (7, 30):
        header += [_("Blocked within %(days)s days") % {"days": days}]
        header += [_("Of those with %(period)s over") % {"period": _("%(days)s days") % {"days": days}}]
        header += [_("Joined too recently")]
    header += [_("Friends after %(days)s days") % {"days": days} for days in (30, 90)]
    header += [_("Buyers"), _("Revenue"), _("Revenue per friend")]
    header += [_("Revenue per yen (ROAS)"), _("Pays back")] * table.shows_cost
    rows = [_line(table, row, str(row.name.words)) for row in table.rows]
    return Sheet("acquisition", _("Side by side"), header, [*rows, _line(table, table.total, _("All"))])


def _line(table: Table, row: Row, name: str) -> list[Cell]:
    people = row.people
    cells: list[Cell] = [name, row.part.visits, row.new, _("Yes") if people.is_few else ""]
    if table.shows_cost:
        cells += [row.cost, _sen(row.cost_each)]
    cells += [people.linked, people.link_rate]
    if table.shows_cost:
        cells += [_sen(row.cost_linked)]
    cells += [people.blocked_week, people.over_week, people.young_week]
    cells += [people.blocked_month, people.old_enough(1), people.young_month]
    cells += [*row.kept, people.buyers, people.revenue, _sen(people.revenue_each)]
    if table.shows_cost:
        cells += [_sen(row.per_cost), wording.pay_back(row.pay_back)]
    return cells


def _curves(table: Table) -> Sheet:
    header = [_("Group"), _("Month since joining"), _("People"), _("Revenue per friend, summed")]
    rows: list[list[Cell]] = [
        [str(row.name.words), point.month, point.people, _sen(point.revenue)]
        for row in table.rows
        for point in row.people.curve
    ]
    return Sheet("months", _("Month after month"), header, rows)


def _ages(most: int) -> list[str]:
    return [_("Month %(month)s") % {"month": month} for month in range(1, most + 1)]


def _sen(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(SEN)
