"""Request bodies for sending, byte for byte the same each time they are built.

Messages may be handed in as a list or as bytes from `frozen()`; those are spliced in unread, so that
ten thousand requests with one message do not serialise it ten thousand times.
"""

import orjson

from line.validation import Problem, validate

__all__ = [
    "Problem",
    "broadcast_body",
    "frozen",
    "multicast_body",
    "narrowcast_body",
    "push_body",
    "validate",
]


def frozen(messages: list[dict]) -> bytes:
    """The messages as the bytes that will stand in every body."""
    return orjson.dumps(messages)


def multicast_body(user_ids: list[str], messages: list[dict] | bytes, *, unit: str | None = None) -> bytes:
    """A multicast to up to 500 user ids, in this order. `unit` names the statistics it counts in."""
    return _body(orjson.dumps(user_ids), messages, unit)


def push_body(user_id: str, messages: list[dict] | bytes, *, unit: str | None = None) -> bytes:
    """A push to one user id."""
    return _body(orjson.dumps(user_id), messages, unit)


def broadcast_body(messages: list[dict] | bytes) -> bytes:
    """To every friend."""
    return b'{"messages":' + _content(messages) + b"}"


def narrowcast_body(
    messages: list[dict] | bytes,
    *,
    recipient: dict | None = None,
    demographic: dict | None = None,
    most: int | None = None,
    within_quota: bool = False,
    all_or_nobody: bool = False,
) -> bytes:
    """To those of `recipient` (LINE's audience, redelivery or operator object) whom `demographic` fits.

    `most` people, chosen by chance; it is also what LINE reserves of the quota. `within_quota` makes do with
    what is left of the month, and only then `all_or_nobody` cancels what would not reach all.
    """
    limits = {"max": most, "upToRemainingQuota": within_quota, "forbidPartialDelivery": all_or_nobody}
    parts = {
        "recipient": recipient,
        "filter": {"demographic": demographic} if demographic else None,
        "limit": {name: value for name, value in limits.items() if value},
    }
    given = b"".join(
        b"," + orjson.dumps(name) + b":" + orjson.dumps(part) for name, part in parts.items() if part
    )
    return b'{"messages":' + _content(messages) + given + b"}"


def _content(messages: list[dict] | bytes) -> bytes:
    return messages if isinstance(messages, bytes) else frozen(messages)


def _body(to: bytes, messages: list[dict] | bytes, unit: str | None) -> bytes:
    units = b',"customAggregationUnits":' + orjson.dumps([unit]) if unit else b""
    return b'{"to":' + to + b',"messages":' + _content(messages) + units + b"}"
