"""Template messages: buttons, confirm, and the two carousels.

Source: https://developers.line.biz/en/reference/messaging-api/#template-messages
"""

from line.validation import limits
from line.validation.actions import check_action
from line.validation.node import Node


def check_template(node: Node) -> None:
    node.one_of("type", tuple(_CHECKS), required=True)
    if check := _CHECKS.get(str(node.get("type"))):
        check(node)


def _buttons(node: Node) -> None:
    _picture(node)
    _title_and_text(node, alone=limits.BUTTONS)
    _actions(node, least=1, most=limits.MOST_BUTTONS)


def _confirm(node: Node) -> None:
    node.within("text", limits.CONFIRM, required=True)
    _actions(node, least=2, most=2)


def _carousel(node: Node) -> None:
    columns = list(node.items("columns", least=1, most=limits.MOST_COLUMNS))
    for column in columns:
        _picture(column)
        _title_and_text(column, alone=limits.COLUMN)
        _actions(column, least=1, most=limits.MOST_COLUMN_BUTTONS)
    if len(set(map(_shape, columns))) > 1:
        node.note("unequal", key="columns")


def _shape(column: Node) -> tuple[bool, bool, int]:
    """What all columns of a carousel must have alike."""
    actions = column.get("actions")
    number = len(actions) if isinstance(actions, list) else 0
    return bool(column.get("thumbnailImageUrl")), bool(column.get("title")), number


def _image_carousel(node: Node) -> None:
    for column in node.items("columns", least=1, most=limits.MOST_COLUMNS):
        column.media_url("imageUrl", required=True)
        if action := column.child("action", required=True):
            check_action(action, label=limits.LABEL_ON_PICTURE, label_required=False)


def _picture(node: Node) -> None:
    node.media_url("thumbnailImageUrl")
    node.one_of("imageAspectRatio", ("rectangle", "square"))
    node.one_of("imageSize", ("cover", "contain"))


def _title_and_text(node: Node, *, alone: limits.Limit) -> None:
    """The text may be longer where it stands alone."""
    has_company = node.get("thumbnailImageUrl") or node.get("title")
    node.within("title", limits.TITLE)
    node.within("text", limits.BESIDE_PICTURE_OR_TITLE if has_company else alone, required=True)
    if default := node.child("defaultAction"):
        check_action(default, label=limits.LABEL, label_required=False)


def _actions(node: Node, *, least: int, most: int) -> None:
    for action in node.items("actions", least=least, most=most):
        check_action(action, label=limits.LABEL, label_required=True)


_CHECKS = {
    "buttons": _buttons,
    "confirm": _confirm,
    "carousel": _carousel,
    "image_carousel": _image_carousel,
}
