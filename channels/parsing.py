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
STANDBY = "standby"
# Escaped backslashes and proper pairs of surrogates stand here to be passed over.
_ESCAPES = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u0000|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
_UNKEPT = (b"\\u0000", b"\\ud", b"\\uD")


class Malformed(Exception):
    """The body is not what LINE sends; the text says in what way."""


def parse(body: bytes) -> tuple[str, list[Received]]:
    """The bot user id that a body is for, and its events. Raises Malformed."""
    try:
        content = orjson.loads(_keepable(body))
    except orjson.JSONDecodeError as error:
        raise Malformed(f"not JSON: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("destination"), str):
        raise Malformed("no destination")
    if not isinstance(content.get("events"), list):
        raise Malformed("no list of events")
    return content["destination"], [_event(each) for each in content["events"]]


def _keepable(body: bytes) -> bytes:
    """What PostgreSQL cannot keep, U+0000 and half pairs of surrogates, is replaced by U+FFFD."""
    return _ESCAPES.sub(_keep, body) if any(escape in body for escape in _UNKEPT) else body


def _keep(escape: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if len(escape[0]) == len(rb"\u0000") else escape[0]


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
        reply_token=_reply_token(event),
        is_redelivery=bool(context.get("isRedelivery")),
    )


def _reply_token(event: dict) -> str | None:
    """None also in standby, where another module has the say and we must not answer."""
    token = event.get("replyToken")
    return token if isinstance(token, str) and event.get("mode") != STANDBY else None


def _text(fields: dict, name: str, longest: int) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise Malformed(f"an event without a proper {name}")
    return value


def _moment(milliseconds: object) -> datetime:
    if not isinstance(milliseconds, int) or isinstance(milliseconds, bool):
        raise Malformed("an event without a timestamp")
    try:
        return EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise Malformed("an event whose timestamp is no date") from error
