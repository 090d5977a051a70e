"""Rules of repeating, in words."""

from datetime import date

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
    count = rule.interval
    match rule.every:
        case "day":
            return ngettext("every day", "every %(count)s days", count) % {"count": count}
        case "week":
            weekdays = sorted(set(rule.weekdays)) or [rule.starts_on.weekday()]
            days = _(", ").join(str(WEEKDAYS_ABBR[each]) for each in weekdays)
            said = {"count": count, "days": days}
            return ngettext("every week on %(days)s", "every %(count)s weeks on %(days)s", count) % said
        case "month":
            said = {"count": count, "day": _month_day(rule.month_day or rule.starts_on.day)}
            return ngettext("every month on %(day)s", "every %(count)s months on %(day)s", count) % said
        case _:
            said = {"count": count, "day": f"{rule.starts_on:%m/%d}"}
            return ngettext("every year on %(day)s", "every %(count)s years on %(day)s", count) % said


def _month_day(day: int) -> str:
    if day == LAST:
        return _("the last day")
    if day > 28:
        return _("day %(day)s, or the last day of a shorter month") % {"day": day}
    return _("day %(day)s") % {"day": day}


def _day(day: date) -> str:
    return f"{day:%Y/%m/%d}"
