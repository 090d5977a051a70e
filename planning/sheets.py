"""Tables of plan and actual for a file: plain numbers, empty where nothing is known."""

from django.utils.translation import gettext as _

from accounts.spreadsheets import Cell, Sheet
from planning.audience import CODES, DaysOfFriends
from planning.metrics import registry


def of_days(found: DaysOfFriends) -> Sheet:
    """A line for each day, the newest first."""
    metrics = [metric for code in CODES if (metric := registry.get(code))]
    header = [_("Day"), *(str(metric.label) for metric in metrics)]
    rows: list[list[Cell]] = [
        [f"{row.day:%Y/%m/%d}", *(getattr(row, code) for code in CODES)] for row in found.rows
    ]
    return Sheet("friends-by-day", _("Friends by day"), header, rows)
