"""The message objects.

Source: https://developers.line.biz/en/reference/messaging-api/#message-objects
"""

import re

from line.validation import limits
from line.validation.actions import SCHEMES, check_action
from line.validation.characters import utf16_length
from line.validation.flex import check_container
from line.validation.node import Node
from line.validation.templates import check_template

_PLACEHOLDER = re.compile(r"[0-9A-Za-z_]{1,20}")
_DELIVERY_TAG = re.compile(r"[A-Za-z0-9_]{1,30}")


def check_message(node: Node) -> None:
    node.one_of("type", tuple(_CHECKS), required=True)
    if check := _CHECKS.get(str(node.get("type"))):
        check(node)
    _quick_reply(node)
    _sender(node)


def _text(node: Node) -> None:
    node.within("text", limits.TEXT, required=True)
    for emoji in node.items("emojis", least=0, most=limits.MOST_EMOJIS, required=False):
        _emoji(emoji, str(node.get("text")))


def _emoji(node: Node, text: str) -> None:
    """Its index, in UTF-16 units, must be that of a `$` in the text."""
    node.within("productId", limits.ID, required=True)
    node.within("emojiId", limits.ID, required=True)
    node.whole("index", least=0, most=utf16_length(text), required=True)
    units = text.encode("utf-16-le", "surrogatepass")
    index = node.get("index")
    if isinstance(index, int) and units[index * 2 : index * 2 + 2] != b"$\0":
        node.note("bad_form", key="index")


def _text_v2(node: Node) -> None:
    node.within("text", limits.TEXT, required=True)
    substitution = node.child("substitution")
    if substitution is None:
        return
    if len(substitution.value) > 100:
        substitution.note("too_many", 100)
    for name in substitution.value:
        if not _PLACEHOLDER.fullmatch(name):
            substitution.note("bad_form", key=name)
        if (value := substitution.child(name, required=True)) is not None:
            _substitute(value)
    kinds = [each.get("type") for each in substitution.value.values() if isinstance(each, dict)]
    if max(kinds.count("mention"), kinds.count("emoji")) > 20:
        substitution.note("too_many", 20)


def _substitute(node: Node) -> None:
    """What stands in the place of a `{key}`: an emoji, or the mention of one or of all."""
    node.one_of("type", ("mention", "emoji"), required=True)
    if node.get("type") == "emoji":
        node.within("productId", limits.ID, required=True)
        node.within("emojiId", limits.ID, required=True)
    if node.get("type") == "mention" and (whom := node.child("mentionee", required=True)):
        whom.one_of("type", ("user", "all"), required=True)
        whom.within("userId", limits.ID, required=whom.get("type") == "user")


def _sticker(node: Node) -> None:
    node.within("packageId", limits.ID, required=True)
    node.within("stickerId", limits.ID, required=True)


def _image(node: Node) -> None:
    node.media_url("originalContentUrl", required=True)
    node.media_url("previewImageUrl", required=True)


def _video(node: Node) -> None:
    _image(node)
    node.within("trackingId", limits.TRACKING_ID)


def _audio(node: Node) -> None:
    node.media_url("originalContentUrl", required=True)
    node.whole("duration", least=1, most=24 * 3600 * 1000, required=True)


def _location(node: Node) -> None:
    node.within("title", limits.PLACE, required=True)
    node.within("address", limits.PLACE, required=True)
    node.number("latitude", least=-90, most=90, required=True)
    node.number("longitude", least=-180, most=180, required=True)


def _imagemap(node: Node) -> None:
    node.media_url("baseUrl", required=True)
    node.within("altText", limits.ALT_TEXT, required=True)
    if size := node.child("baseSize", required=True):
        size.whole("width", least=1040, most=1040, required=True)
        size.whole("height", least=1, most=10_000, required=True)
    for action in node.items("actions", least=1, most=limits.MOST_AREAS):
        _imagemap_action(action)


def _imagemap_action(node: Node) -> None:
    node.one_of("type", ("uri", "message", "clipboard"), required=True)
    required = str(node.get("type"))
    node.url("linkUri", SCHEMES, most=limits.ACTION_ADDRESS.most, required=required == "uri")
    node.within("text", limits.SAID_BY_AREA, required=required == "message")
    node.within("clipboardText", limits.COPIED, required=required == "clipboard")
    if area := node.child("area", required=True):
        for key in ("x", "y", "width", "height"):
            area.whole(key, least=0, most=10_000, required=True)


def _template(node: Node) -> None:
    node.within("altText", limits.ALT_TEXT, required=True)
    if template := node.child("template", required=True):
        check_template(template)


def _flex(node: Node) -> None:
    node.within("altText", limits.ALT_TEXT, required=True)
    if container := node.child("contents", required=True):
        check_container(container)


def _coupon(node: Node) -> None:
    node.within("couponId", limits.ID, required=True)
    node.form("deliveryTag", _DELIVERY_TAG)


_CHECKS = {
    "text": _text,
    "textV2": _text_v2,
    "sticker": _sticker,
    "image": _image,
    "video": _video,
    "audio": _audio,
    "location": _location,
    "imagemap": _imagemap,
    "template": _template,
    "flex": _flex,
    "coupon": _coupon,
}


def _quick_reply(node: Node) -> None:
    if reply := node.child("quickReply"):
        for item in reply.items("items", least=1, most=limits.MOST_QUICK_REPLIES):
            item.one_of("type", ("action",), required=True)
            item.media_url("imageUrl")
            if action := item.child("action", required=True):
                check_action(action, label=limits.LABEL, label_required=True, in_quick_reply=True)


def _sender(node: Node) -> None:
    if sender := node.child("sender"):
        sender.within("name", limits.SENDER)
        sender.media_url("iconUrl")
        if "line" in str(sender.get("name")).lower().split():
            sender.note("forbidden_word", "LINE", "name")
