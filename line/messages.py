"""Request bodies for sending, byte for byte the same each time they are built.

Messages may be handed in as a list or as bytes from `frozen()`; those are spliced in unread, so that
ten thousand requests with one message do not serialise it ten thousand times.
"""

import orjson

from line.validation import Problem, validate

__all__ = ["Problem", "frozen", "multicast_body", "push_body", "validate"]


def frozen(messages: list[dict]) -> bytes:
    """The messages as the bytes that will stand in every body."""
    return orjson.dumps(messages)


def multicast_body(user_ids: list[str], messages: list[dict] | bytes, *, unit: str | None = None) -> bytes:
    """A multicast to up to 500 user ids, in this order. `unit` names the statistics it counts in."""
    return _body(orjson.dumps(user_ids), messages, unit)


def push_body(user_id: str, messages: list[dict] | bytes, *, unit: str | None = None) -> bytes:
    """A push to one user id."""
    return _body(orjson.dumps(user_id), messages, unit)


def _body(to: bytes, messages: list[dict] | bytes, unit: str | None) -> bytes:
    content = messages if isinstance(messages, bytes) else frozen(messages)
    units = b',"customAggregationUnits":' + orjson.dumps([unit]) if unit else b""
    return b'{"to":' + to + b',"messages":' + content + units + b"}"
