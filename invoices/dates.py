"""Which day closes a month for a client, and when what is billed then falls due. Pure.

What LINE charges is known once its calendar month is over, so a month is closed on the client's first
closing day (締日) from the month's last day on: with closing day 31 on that day itself, with 25 on the 25th
of the next month. The due date is counted in months from the month of the closing day: one month and day 31
is 翌月末, two months and day 10 is 翌々月10日.
"""

from calendar import monthrange
from datetime import date


def month_end(month: date) -> date:
    return _day_of(month, 31)


def month_after(month: date, count: int = 1) -> date:
    """The first day of the month `count` months later; earlier, if below zero."""
    months = month.year * 12 + month.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def closing_on(month: date, closing_day: int) -> date:
    """The first closing day that finds the whole month over or ending; 31 is the last day of any month."""
    in_month = _day_of(month, closing_day)
    return in_month if in_month == month_end(month) else _day_of(month_after(month), closing_day)


def due_on(closing: date, months: int, day: int) -> date:
    """That day of the month `months` after the closing day's; a month later if that is before the closing."""
    due = _day_of(month_after(closing, months), day)
    return due if due >= closing else _day_of(month_after(due), day)


def _day_of(month: date, day: int) -> date:
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))
