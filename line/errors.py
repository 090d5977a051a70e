"""LINE's refusals, sorted by what the caller does next.

`Unavailable` try again, `RateLimited` wait, `QuotaExhausted` stop and tell the tenant,
`Rejected` never send the same again, `AlreadyAccepted` book as a success.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from line import rates


class LineError(Exception):
    """A request to LINE that did not end in a plain success."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        details: list[dict] | None = None,
        request_id: str | None = None,
    ):
        super().__init__(message)
        self.message = message
        self.status = status
        self.details = details or []
        self.request_id = request_id

    def __str__(self) -> str:
        return f"{self.status or 'no answer'}: {self.message}"


class Unavailable(LineError):
    """5xx, no connection, or no answer in time. LINE may have accepted it: same key, same bytes, again.

    A redirection counts as one: LINE does not redirect, so somebody else has answered.
    """


class RateLimited(LineError):
    """Too fast. Nothing was accepted, the retry key is still good; wait `retry_after` seconds.

    LINE names no time; the figure is ours, from the rate of the endpoint.
    """

    def __init__(self, message: str, *, retry_after: float = 1.0, **kwargs):
        super().__init__(message, **kwargs)
        self.retry_after = retry_after


class QuotaExhausted(LineError):
    """The month's messages are used up, or reserved by a delivery under way. Nothing was accepted."""


class Rejected(LineError):
    """LINE refused the request as it stands. Nothing was accepted and nobody received it."""


class Unauthorized(Rejected):
    """Channel id and secret do not (any longer) open this channel; a fresh token was tried."""


class TooLarge(LineError):
    """What LINE hands out is larger than we take. It was not read to the end."""


class AlreadyAccepted(LineError):
    """An earlier attempt with this retry key got through: a success.

    `accepted_request_id` is the id LINE knows the message by; `body` holds `sentMessages` for a push.
    """

    def __init__(
        self, message: str, *, accepted_request_id: str | None = None, body: dict | None = None, **kwargs
    ):
        super().__init__(message, **kwargs)
        self.accepted_request_id = accepted_request_id
        self.body = body or {}


def from_answer(
    path: str, status: int, body: bytes, headers: Mapping[str, str], *, method: str = "POST"
) -> LineError:
    """The error a non-2xx answer of LINE stands for.

    The status decides; the text only tells the two kinds of 429 apart.
    Source: https://developers.line.biz/en/reference/messaging-api/#status-codes
    """
    parsed = parse_body(body)
    message = _message(parsed, body)
    facts: dict[str, Any] = {
        "status": status,
        "details": parsed.get("details") or [],
        "request_id": headers.get("x-line-request-id"),
    }
    if status == 409:
        accepted = headers.get("x-line-accepted-request-id")
        return AlreadyAccepted(message, accepted_request_id=accepted, body=parsed, **facts)
    if status == 429:
        if "monthly limit" in message:
            return QuotaExhausted(message, **facts)
        return RateLimited(message, retry_after=rates.of(path, method).pause, **facts)
    if status >= 500 or status < 400:
        return Unavailable(message, **facts)
    if status == 401:
        return Unauthorized(message, **facts)
    return Rejected(message, **facts)


def parse_body(body: bytes) -> dict:
    """A JSON object, or {} for whatever else came: a proxy in between may answer in HTML."""
    try:
        parsed = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _message(parsed: dict, body: bytes) -> str:
    """LINE's own words; its OAuth endpoints use `error` and `error_description`."""
    words = parsed.get("message") or parsed.get("error_description") or parsed.get("error")
    return str(words) if words else body[:200].decode("utf-8", "replace")
