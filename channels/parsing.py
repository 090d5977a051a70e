"""From the bytes of a webhook to its events.

Source: https://developers.line.biz/en/reference/messaging-api/#request-body (unknown types must be tolerated)
"""

import re
from datetime import UTC, datetime, timedelta

import orjson

from channels.handlers import Received

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_ID = 40
LONGEST_TYPE = 30
LONGEST_USER_ID = 33
_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


class Malformed(Exception):
    """The body is not what LINE sends; the text says in what way."""


def parse(body: bytes) -> tuple[str, list[Received]]:
    """The bot user id that a body is for, and its events. Raises Malformed."""
    try:
        content = orjson.loads(_without_nul(body))
    except orjson.JSONDecodeError as error:
        raise Malformed(f"not JSON: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("destination"), str):
        raise Malformed("no destination")
    if not isinstance(content.get("events"), list):
        raise Malformed("no list of events")
    return content["destination"], [_event(each) for each in content["events"]]


def _without_nul(body: bytes) -> bytes:
    """U+0000, the one character that PostgreSQL cannot keep, is replaced by U+FFFD."""
    return _NUL.sub(rb"\1\\ufffd", body) if b"\\u0000" in body else body


def _event(event: object) -> Received:
    if not isinstance(event, dict):
        raise Malformed("an event that is no object")
    source = event.get("source") or {}
    context = event.get("deliveryContext") or {}
    if not isinstance(source, dict) or not isinstance(context, dict):
        raise Malformed("an event whose source or deliveryContext is no object")
    return Received(
        id=_text(event, "webhookEventId", LONGEST_ID),
        type=_text(event, "type", LONGEST_TYPE),
        at=_moment(event.get("timestamp")),
        line_user_id=_text(source, "userId", LONGEST_USER_ID) if "userId" in source else "",
        payload=event,
        reply_token=event.get("replyToken"),
        is_redelivery=bool(context.get("isRedelivery")),
    )


def _text(fields: dict, name: str, longest: int) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise Malformed(f"an event without a proper {name}")
    return value


def _moment(milliseconds: object) -> datetime:
    if not isinstance(milliseconds, int):
        raise Malformed("an event without a timestamp")
    try:
        return EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise Malformed("an event whose timestamp is no date") from error
