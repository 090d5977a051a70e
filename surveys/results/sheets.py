"""Totals and cross tables as tables for files; None is not known."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.spreadsheets import Cell, Sheet
from surveys.results import crossing
from surveys.results.crossing import Crossed
from surveys.results.funnel import Funnel
from surveys.results.totals import Total


def of_totals(totals: Sequence[Total], funnel: Funnel) -> list[Sheet]:
    """Every answer to every question; means of scales; how far people came."""
    return [_answers(totals), _means(totals), _funnel(funnel)]


def of_crossed(crossed: Crossed) -> list[Sheet]:
    """Counts, shares of the row, shares of the column, and what the test says."""
    return [
        _matrix("counts", _("People"), crossed, lambda y, x: crossed.lines[y][2][x].count),
        _matrix("of_row", _("Share of the row"), crossed, lambda y, x: crossed.lines[y][2][x].of_row),
        _matrix(
            "of_column", _("Share of the column"), crossed, lambda y, x: crossed.lines[y][2][x].of_column
        ),
        _test(crossed),
    ]


def _answers(totals: Sequence[Total]) -> Sheet:
    header = [_("Question"), _("Answer given"), _("People"), _("Share of those who answered")]
    header += [_("at least"), _("at most"), _("Share of those asked"), _("Who answered"), _("Who was asked")]
    lines: list[list[Cell]] = []
    for total in totals:
        for line in total.lines:
            likely = line.range or (None, None)
            of_shown = line.count / line.shown if line.shown else None
            of_answered = line.count / line.answered if line.answered else None
            said: list[Cell] = [total.asked.title, line.words, line.count, of_answered]
            lines.append([*said, *likely, of_shown, line.answered, line.shown])
        if not total.lines:
            said = [total.asked.title, "", total.answered, None, None, None, None]
            lines.append([*said, total.answered, total.shown])
    return Sheet("totals", _("Totals by question"), header, lines)


def _means(totals: Sequence[Total]) -> Sheet:
    header = [_("Question"), _("Mean"), _("Median"), _("Mean, give or take"), _("NPS"), _("Who answered")]
    lines: list[list[Cell]] = [
        [
            total.asked.title,
            f"{mean.mean:.2f}",
            f"{mean.median:g}",
            f"{mean.reach:.2f}" if mean.reach is not None else None,
            mean.nps,
            total.answered,
        ]
        for total in totals
        if (mean := total.mean)
    ]
    return Sheet("means", _("Scales"), header, lines)


def _funnel(funnel: Funnel) -> Sheet:
    header = [_("Step"), _("People"), _("Went no further")]
    return Sheet(
        "funnel", _("How far people came"), header, [[s.words, s.people, s.lost] for s in funnel.steps]
    )


def _matrix(code: str, name: str, crossed: Crossed, cell) -> Sheet:
    header = [crossed.row.label, *(words for _key, words in crossed.columns), _("People")]
    lines: list[list[Cell]] = [
        [words, *(cell(y, x) for x in range(len(crossed.columns))), crossed.table.rows[y]]
        for y, (_key, words) in enumerate(crossed.rows)
    ]
    lines.append([_("People"), *crossed.table.columns, crossed.table.people])
    return Sheet(code, name, header, lines)


def _test(crossed: Crossed) -> Sheet:
    header = [
        _("What was tested"),
        _("Chance (p)"),
        _("Cramér’s V"),
        _("Chi-square"),
        _("Degrees of freedom"),
    ]
    lines: list[list[Cell]] = []
    if found := crossed.association:
        lines.append(
            [
                _("The whole table"),
                f"{found.p:.6f}",
                f"{found.strength:.3f}",
                f"{found.statistic:.3f}",
                found.freedom,
            ]
        )
    for each in crossed.tested:
        told = each.found
        lines.append(
            [each.words, f"{each.p:.6f}", f"{told.strength:.3f}", f"{told.statistic:.3f}", told.freedom]
        )
    lines.append([crossed.verdict, None, None, None, None])
    if crossed.is_thin:
        lines.append([crossing.thin_words(), None, None, None, None])
    return Sheet("test", _("Test"), header, lines)
