"""Cross tables, funnels and hours as tables for files; None is not known."""

from django.utils.translation import gettext as _

from accounts.spreadsheets import Cell, Sheet
from insights.crossing import Table
from insights.hours import Curve, OfPeriod, OfSend
from insights.ways import Walked, Way
from insights.wording import WEEKDAYS
from surveys.results import sheets as crossed


def of_cross(table: Table) -> list[Sheet]:
    """Counts, shares, what is to be expected by chance, and the test."""
    found = table.crossed
    expected: list[list[Cell]] = [
        [words, *(f"{place.expected:.1f}" for place in places), people]
        for words, people, places in table.lines
    ]
    header = [found.row.label, *(words for _key, words in found.columns), _("People")]
    *counts, test = crossed.of_crossed(found)
    return [*counts, Sheet("expected", _("To be expected by chance"), header, expected), test]


def of_funnel(walked: Walked, words: list[str]) -> Sheet:
    header = [
        _("Group"),
        _("Number"),
        _("Step"),
        _("People"),
        _("Of the step before"),
        _("Of the first step"),
    ]
    header.append(_("Median time since the step before (hours)"))
    ways = [(_("All"), walked.whole), *((way.words, way) for way in walked.parts)]
    rows = [line for name, way in ways for line in _steps(name, way, words)]
    return Sheet("funnel", _("Funnel"), header, rows)


def of_hours(found: OfPeriod) -> list[Sheet]:
    at_hours: list[list[Cell]] = [[f"{each.hour}:00", each.sends, each.rate] for each in found.by_hour]
    squares: list[list[Cell]] = [
        [str(name), *(square.count for square in row)]
        for name, row in zip(WEEKDAYS, found.squares, strict=True)
    ]
    return [
        _curve(found.curve),
        Sheet("clock", _("By weekday and hour"), [_("Weekday"), *map(str, range(24))], squares),
        Sheet(
            "sent",
            _("By the hour of sending"),
            [_("Hour of sending"), _("Sends"), _("Receivers who clicked")],
            at_hours,
        ),
    ]


def of_send(found: OfSend) -> list[Sheet]:
    days: list[list[Cell]] = [
        [each.number, each.figures.delivered, each.figures.opened, each.figures.clicked]
        for each in found.days
    ]
    header = [_("Days after the send"), _("Delivered"), _("Opened"), _("Clicked")]
    return [_curve(found.curve), Sheet("opens", _("Opens by day, as LINE reports them"), header, days)]


def _curve(curve: Curve) -> Sheet:
    header = [_("Hour after the send"), _("Taps"), _("People, first click"), _("Taps so far")]
    header.append(_("People so far"))
    rows: list[list[Cell]] = [
        [each.number + 1, each.taps, each.people, each.taps_so_far, each.people_so_far]
        for each in curve.hours
    ]
    return Sheet("hours", _("Hour after hour"), header, rows)


def _steps(name: str, way: Way, words: list[str]) -> list[list[Cell]]:
    found: list[list[Cell]] = []
    for place, step in enumerate(way.steps):
        wait = None if step.wait is None else f"{step.wait.total_seconds() / 3600:.1f}"
        shares: list[Cell] = [way.of_before(place), way.of_first(place), wait]
        found.append([name, place + 1, words[place], step.people, *shares])
    return found
