"""What a tap does.

Source: https://developers.line.biz/en/reference/messaging-api/#action-objects
"""

import re

from line.validation.node import Node

SCHEMES = ("https", "http", "line", "tel")
_DATE = {
    "date": re.compile(r"\d{4}-\d\d-\d\d", re.ASCII),
    "time": re.compile(r"\d\d:\d\d", re.ASCII),
    "datetime": re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d", re.ASCII),
}
_EVERYWHERE = ("postback", "message", "uri", "datetimepicker", "clipboard")
_QUICK_REPLY = (*_EVERYWHERE, "camera", "cameraRoll", "location")
_RICH_MENU = (*_EVERYWHERE, "richmenuswitch")
_ALIAS = re.compile(r"[a-z0-9_-]{1,32}")


def check_action(
    node: Node,
    *,
    label: int,
    label_required: bool,
    in_quick_reply: bool = False,
    in_rich_menu: bool = False,
) -> None:
    """An action whose label may have `label` characters, as a reader counts them."""
    kinds = _QUICK_REPLY if in_quick_reply else _RICH_MENU if in_rich_menu else _EVERYWHERE
    node.one_of("type", kinds, required=True)
    node.text("label", most=label, required=label_required, graphemes=True)
    if check := _CHECKS.get(str(node.get("type"))):
        check(node)


def _postback(node: Node) -> None:
    node.text("data", most=300, required=True)
    node.text("displayText", most=300, graphemes=True)
    node.text("text", most=300, graphemes=True)
    node.text("fillInText", most=300, graphemes=True)
    node.one_of("inputOption", ("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice"))


def _message(node: Node) -> None:
    node.text("text", most=300, required=True, graphemes=True)


def _uri(node: Node) -> None:
    node.url("uri", SCHEMES, most=1000, required=True)
    if other := node.child("altUri"):
        other.url("desktop", SCHEMES, most=1000)


def _datetimepicker(node: Node) -> None:
    node.text("data", most=300, required=True)
    node.one_of("mode", tuple(_DATE), required=True)
    if pattern := _DATE.get(str(node.get("mode"))):
        for key in ("initial", "max", "min"):
            node.form(key, pattern)


def _clipboard(node: Node) -> None:
    node.text("clipboardText", most=1000, required=True)


def _richmenuswitch(node: Node) -> None:
    node.form("richMenuAliasId", _ALIAS, required=True)
    node.text("data", most=300, required=True)


_CHECKS = {
    "postback": _postback,
    "message": _message,
    "uri": _uri,
    "datetimepicker": _datetimepicker,
    "clipboard": _clipboard,
    "richmenuswitch": _richmenuswitch,
}
