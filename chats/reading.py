"""Telling LINE that what a friend wrote has been read."""

import logging

from django.utils import timezone

from accounts import board, current
from channels.models import Channel
from channels.services import client_for
from chats.models import Conversation
from chats.services import READING
from line import wire
from line.client import LineClient
from line.errors import LineError

logger = logging.getLogger(__name__)
BATCH = 50


def tell_due() -> None:
    """Mark as read at LINE what has been opened here. A courtesy: what LINE refuses is not tried again."""
    seen = board.version(READING)
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    due = Conversation.objects.exclude(read_due_at=None).order_by("read_due_at")
    if channel:
        for conversation in due[:BATCH]:
            _tell(client_for(channel), conversation)
    board.settle(READING, timezone.now() if channel and due.exists() else None, seen=seen)


def _tell(client: LineClient, conversation: Conversation) -> None:
    try:
        wire.run(client.mark_as_read(conversation.read_token))
    except LineError as error:
        logger.info("chat.not_marked_read", extra={"conversation": conversation.pk, "reason": str(error)})
    _forget(conversation)


def _forget(conversation: Conversation) -> None:
    """What came after stays to be told of when it is opened."""
    told = Conversation.objects.filter(pk=conversation.pk, read_token=conversation.read_token)
    told.update(read_token="", read_due_at=None)
    Conversation.objects.filter(pk=conversation.pk, read_due_at=conversation.read_due_at).update(
        read_due_at=None
    )
