"""LINE's limits on rich menus.

Source: https://developers.line.biz/en/reference/messaging-api/#rich-menu-object
"""

from line.validation.actions import check_action
from line.validation.limits import LABEL
from line.validation.node import Node, Problem, unwritable

WIDTHS = (800, 2500)
LEAST_HEIGHT, GREATEST_HEIGHT = 250, 1724
LEAST_RATIO = 1.45
MOST_AREAS = 20


def validate_rich_menu(menu: dict) -> list[Problem]:
    """What LINE would refuse about a rich menu; empty when it would take it."""
    if problems := unwritable(menu):
        return problems
    node = Node(menu, "", [])
    node.text("name", most=300, required=True, graphemes=True)
    node.text("chatBarText", most=14, required=True, graphemes=True)
    node.flag("selected")
    if menu.get("selected") is None:
        node.note("required", key="selected")
    size = node.child("size", required=True)
    if size is not None:
        _check_size(size)
    for area in node.items("areas", least=0, most=MOST_AREAS):
        _check_area(area, size)
    return node.problems


def _check_size(size: Node) -> None:
    size.whole("width", least=WIDTHS[0], most=WIDTHS[1], required=True)
    size.whole("height", least=LEAST_HEIGHT, most=GREATEST_HEIGHT, required=True)
    width, height = size.get("width"), size.get("height")
    if not size.problems and width / height < LEAST_RATIO:
        size.note("bad_form")


def _check_area(area: Node, size: Node | None) -> None:
    """Bounds lie within the menu."""
    if (bounds := area.child("bounds", required=True)) is not None:
        for start, length, whole in (("x", "width", "width"), ("y", "height", "height")):
            room = size.get(whole) if size is not None else None
            most = room if type(room) is int else WIDTHS[1]
            bounds.whole(start, least=0, most=most, required=True)
            bounds.whole(length, least=1, most=most, required=True)
            if _sum(bounds.get(start), bounds.get(length)) > most:
                bounds.note("out_of_range", f"1 – {most}", length)
    if (action := area.child("action", required=True)) is not None:
        check_action(action, label=LABEL, label_required=False, in_rich_menu=True)


def _sum(*values: object) -> int:
    return sum(value for value in values if type(value) is int)
