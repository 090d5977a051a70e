"""What a tap does.

Source: https://developers.line.biz/en/reference/messaging-api/#action-objects
"""

import re

from line.validation.limits import ACTION_ADDRESS, COPIED, DATA, SAID, Limit
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
    label: Limit,
    label_required: bool,
    in_quick_reply: bool = False,
    in_rich_menu: bool = False,
) -> None:
    """An action whose label keeps to `label`."""
    kinds = _QUICK_REPLY if in_quick_reply else _RICH_MENU if in_rich_menu else _EVERYWHERE
    node.one_of("type", kinds, required=True)
    node.within("label", label, required=label_required)
    if check := _CHECKS.get(str(node.get("type"))):
        check(node)


def _postback(node: Node) -> None:
    node.within("data", DATA, required=True)
    node.within("displayText", SAID)
    node.within("text", SAID)
    node.within("fillInText", SAID)
    node.one_of("inputOption", ("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice"))


def _message(node: Node) -> None:
    node.within("text", SAID, required=True)


def _uri(node: Node) -> None:
    node.url("uri", SCHEMES, most=ACTION_ADDRESS.most, required=True)
    if other := node.child("altUri"):
        other.url("desktop", SCHEMES, most=ACTION_ADDRESS.most)


def _datetimepicker(node: Node) -> None:
    node.within("data", DATA, required=True)
    node.one_of("mode", tuple(_DATE), required=True)
    if pattern := _DATE.get(str(node.get("mode"))):
        for key in ("initial", "max", "min"):
            node.form(key, pattern)


def _clipboard(node: Node) -> None:
    node.within("clipboardText", COPIED, required=True)


def _richmenuswitch(node: Node) -> None:
    node.form("richMenuAliasId", _ALIAS, required=True)
    node.within("data", DATA, required=True)


_CHECKS = {
    "postback": _postback,
    "message": _message,
    "uri": _uri,
    "datetimepicker": _datetimepicker,
    "clipboard": _clipboard,
    "richmenuswitch": _richmenuswitch,
}
