"""Rules of repeating, in words."""

from datetime import date

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from broadcasts.timing.recurrence import LAST, Rule


def of(rule: Rule) -> str:
    """Such as “every 2 weeks on Mon, Thu at 10:00, from 2026/12/01 until 2027/03/31”."""
    said = {
        "every": _every(rule),
        "at": f"{rule.at:%H:%M}",
        "first": _day(rule.starts_on),
        "last": _day(rule.ends_on) if rule.ends_on else "",
    }
    if rule.ends_on:
        return _("%(every)s at %(at)s, from %(first)s until %(last)s") % said
    return _("%(every)s at %(at)s, from %(first)s") % said


def _every(rule: Rule) -> str:
    said: dict[str, object] = {"count": rule.interval}
    is_each = rule.interval == 1
    match rule.every:
        case "day":
            return (_("every day") if is_each else _("every %(count)s days")) % said
        case "week":
            weekdays = sorted(set(rule.weekdays)) or [rule.starts_on.weekday()]
            said["days"] = _(", ").join(str(WEEKDAYS_ABBR[each]) for each in weekdays)
            return (_("every week on %(days)s") if is_each else _("every %(count)s weeks on %(days)s")) % said
        case "month":
            said["day"] = _month_day(rule.month_day or rule.starts_on.day)
            return (_("every month on %(day)s") if is_each else _("every %(count)s months on %(day)s")) % said
        case _:
            said["day"] = f"{rule.starts_on:%m/%d}"
            return (_("every year on %(day)s") if is_each else _("every %(count)s years on %(day)s")) % said


def _month_day(day: int) -> str:
    if day == LAST:
        return _("the last day")
    if day > 28:
        return _("day %(day)s, or the last day of a shorter month") % {"day": day}
    return _("day %(day)s") % {"day": day}


def _day(day: date) -> str:
    return f"{day:%Y/%m/%d}"
