"""The results of a scenario as tables for files; None is not known."""

from django.utils.translation import gettext as _

from accounts.spreadsheets import Cell, Sheet
from scenarios.flow import words
from scenarios.results import becoming
from scenarios.results.figures import Figures, Way


def names() -> dict[str, str]:
    """What a file can have."""
    return {
        "steps": _("By step"),
        "ways": _("LINE and mail"),
        "exits": _("Why people left"),
        "compared": _("Hold-out group"),
    }


def of(figures: Figures, *, with_costs: bool) -> list[Sheet]:
    """One for each of `names`, in their order."""
    found: dict[str, Content] = {
        "steps": _steps(figures, with_costs),
        "ways": _ways(figures, with_costs),
        "exits": ([_("Reason"), _("People")], [[said, count] for _code, said, count in figures.reasons]),
        "compared": _compared(figures),
    }
    return [Sheet(code, name, *found[code]) for code, name in names().items()]


Content = tuple[list[str], list[list[Cell]]]


def _steps(figures: Figures, with_costs: bool) -> Content:
    said = words.of_flow(figures.flow).steps
    header = [
        _("Step"),
        _("What it does"),
        _("People who came in"),
        _("Here now"),
        _("Opened"),
        *_heads(with_costs),
    ]
    header += [_("Left from here"), _("Got nothing")]
    lines: list[list[Cell]] = []
    for step in figures.steps:
        opened = step.opened.people if step.opened else None
        nothing = ", ".join(f"{why}: {count}" for why, count in becoming.in_words(step.became))
        begin: list[Cell] = [step.id, said.get(step.id, ""), step.entered, step.inside, opened]
        lines.append([*begin, *_cells(step.all, with_costs), sum(step.left.values()), nothing])
    return header, lines


def _ways(figures: Figures, with_costs: bool) -> Content:
    header = [_("Way"), *_heads(with_costs)]
    return header, [[str(way_name(way)), *_cells(found, with_costs)] for way, found in figures.by.items()]


def way_name(way: str) -> str:
    return {"line": "LINE", "mail": _("Mail"), "notice": _("LINE notification message")}[way]


def _compared(figures: Figures) -> Content:
    header = [_("Group"), _("People"), _("Reached the goal"), _("Share"), _("at least"), _("at most")]
    if figures.compared is None:
        return header, []
    groups = [(_("Not held out"), figures.compared.others), (_("Hold-out group"), figures.compared.held_out)]
    return header, [
        [name, group.people, group.reached, group.rate, *(group.range or (None, None))]
        for name, group in groups
    ]


def _heads(with_costs: bool) -> list[str]:
    heads = [_("Sent"), _("People who clicked"), _("Number of clicks"), _("Reached the goal")]
    heads += [_("Orders"), _("Revenue")]
    return [*heads, _("Cost")] if with_costs else heads


def _cells(way: Way, with_costs: bool) -> list[Cell]:
    cells: list[Cell] = [way.sent, way.clicked, way.clicks, way.goals]
    cells += [way.ordered.orders, way.ordered.revenue]
    return [*cells, way.cost] if with_costs else cells
