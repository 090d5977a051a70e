"""Webhook events as the processing hands them to receivers."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from channels import handlers
from channels.handlers import Received
from tests.factories import make_line_user_id

NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)


def received(
    type_: str, name: str | None, minute: float = 0, *, token: str | None = None, **detail: object
) -> Received:
    """An event of a direct chat with the person of this name, so many minutes after NOON."""
    user_id = make_line_user_id(name) if name else ""
    source = {"source": {"type": "user", "userId": user_id}} if name else {}
    return Received(
        id=uuid4().hex,
        type=type_,
        at=NOON + timedelta(minutes=minute),
        line_user_id=user_id,
        payload={"type": type_, **source, **detail},
        reply_token=token,
    )


def text(name: str, words: str, minute: float = 0, *, token: str | None = None) -> Received:
    return received("message", name, minute, token=token, message={"type": "text", "id": "1", "text": words})


def arrive(*events: Received) -> None:
    """All in one batch, in the order they happened."""
    handlers.dispatch(sorted(events, key=lambda event: event.at))
