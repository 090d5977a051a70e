"""What friends wrote, from a batch of webhook events into their talks: one statement for all of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import connection
from django.utils import timezone

from accounts import board
from channels.handlers import Received
from chats.models import Message
from friends import replies

ALERTS, FETCHING = "chat_alerts", "chat_media"  # on the work board
TOKEN_LIVES = timedelta(seconds=55)  # LINE gives a minute; the request needs some of it
LONGEST_TOKEN, LONGEST_READ_TOKEN, LONGEST_ID = 100, 300, 40
MEDIA = {"image", "video", "audio", "file"}
KEPT = {  # of LINE's message object, by type; what else comes is none of our business
    "text": ("text", "emojis", "mention", "quotedMessageId"),
    "sticker": ("packageId", "stickerId", "stickerResourceType", "keywords", "text"),
    "location": ("title", "address", "latitude", "longitude"),
    "image": ("imageSet", "contentProvider"),
    "video": ("duration", "contentProvider"),
    "audio": ("duration", "contentProvider"),
    "file": ("fileName", "fileSize"),
}
# A talk goes to the newest message's time, unless that is older than what is known. Friends are known by now:
# `friends` has handled the same events. Rows are locked in the order of friends, as by everybody else.
STORE = """
WITH given AS (
    SELECT friend.id AS friend_id, event.*
    FROM jsonb_to_recordset(%(events)s::jsonb) AS event (
        place int, line_user_id text, at timestamptz, line_id text, type text, content jsonb, words text,
        reply_token text, read_token text, asks boolean, fetches boolean)
    JOIN friends_friend AS friend USING (line_user_id)
), newest AS (
    SELECT DISTINCT ON (friend_id) friend_id, at, reply_token, read_token,
           bool_or(asks) OVER (PARTITION BY friend_id) AS asks
    FROM given ORDER BY friend_id, at DESC, place DESC
), moved AS (
    INSERT INTO chats_conversation AS known
        (friend_id, state, last_at, reply_token, reply_until, read_token)
    SELECT friend_id, CASE WHEN asks THEN 'unread' ELSE 'done' END, at,
           reply_token, at + %(lives)s, read_token
    FROM newest ORDER BY friend_id
    ON CONFLICT (friend_id) DO UPDATE SET
        version = known.version + 1,
        state = CASE WHEN excluded.state = 'unread' THEN 'unread' ELSE known.state END,
        last_at = greatest(known.last_at, excluded.last_at),
        reply_token = CASE WHEN known.reply_until > excluded.reply_until OR excluded.reply_token = ''
                      THEN known.reply_token ELSE excluded.reply_token END,
        reply_until = CASE WHEN excluded.reply_token = '' THEN known.reply_until
                      ELSE greatest(known.reply_until, excluded.reply_until) END,
        read_token = CASE WHEN known.last_at > excluded.last_at OR excluded.read_token = ''
                     THEN known.read_token ELSE excluded.read_token END,
        alert_at = CASE
            WHEN excluded.state <> 'unread' OR known.assignee_id IS NULL THEN known.alert_at
            WHEN known.state = 'unread' AND known.alert_at IS NOT NULL THEN known.alert_at
            ELSE (SELECT %(now)s + alert_minutes * interval '1 minute' FROM chats_preference) END
    RETURNING friend_id, version, alert_at
), said AS (
    INSERT INTO chats_message (conversation_id, sender, at, version, type, content, words, line_id)
    SELECT friend_id, 'friend', at, version, type, content, words, line_id
    FROM given JOIN moved USING (friend_id) ORDER BY at, place
    ON CONFLICT (line_id) DO NOTHING
    RETURNING id, line_id, type
), media AS (
    INSERT INTO chats_media (message_id, line_id, kind, file_name, created_at, due_at)
    SELECT said.id, said.line_id, said.type, coalesce(left(given.content ->> 'fileName', 255), ''),
           %(now)s, %(now)s
    FROM said JOIN given USING (line_id) WHERE given.fetches
    RETURNING 1
)
SELECT (SELECT count(*) FROM media), (SELECT min(alert_at) FROM moved)"""
# What is taken back before it arrived leaves a row behind, so that it is not shown when it comes.
UNSEND = """
WITH given AS (
    SELECT friend.id AS friend_id, event.at, event.line_id
    FROM jsonb_to_recordset(%(events)s::jsonb) AS event (line_user_id text, at timestamptz, line_id text)
    JOIN friends_friend AS friend USING (line_user_id)
), moved AS (
    INSERT INTO chats_conversation AS known (friend_id, state, last_at)
    SELECT friend_id, 'done', max(at) FROM given GROUP BY friend_id ORDER BY friend_id
    ON CONFLICT (friend_id) DO UPDATE SET version = known.version + 1
    RETURNING friend_id, version
), unsent AS (
    INSERT INTO chats_message AS known (conversation_id, sender, at, version, type, content, line_id)
    SELECT DISTINCT ON (line_id) friend_id, 'friend', at, version, 'unsent', '{}'::jsonb, line_id
    FROM given JOIN moved USING (friend_id)
    ON CONFLICT (line_id) DO UPDATE
        SET type = 'unsent', content = '{}', words = '', version = excluded.version
        WHERE known.conversation_id = excluded.conversation_id AND known.sender = 'friend'
    RETURNING id
)
UPDATE chats_media SET state = 'doomed', due_at = %(now)s
WHERE message_id IN (SELECT id FROM unsent)"""


def store(events: list[Received]) -> None:
    """Keep messages and taps of one-to-one chats, in the caller's transaction.

    A message makes its conversation unread; a tap of a button does not, nor what an app has asked for. Files
    are fetched soon after.
    """
    now = timezone.now()
    awaited = replies.awaited(event for event in events if event.type == "message")
    rows = [_row(place, event, is_awaited=event.id in awaited) for place, event in enumerate(events)]
    given: dict[str, Any] = {"events": orjson.dumps(rows).decode(), "lives": TOKEN_LIVES, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(STORE, given)
        [(media_count, alert_at)] = cursor.fetchall()
    _call(media_count, alert_at)


def unsend(events: Iterable[Received]) -> None:
    """Forget what friends took back: words, and files too."""
    rows = [
        {
            "line_user_id": event.line_user_id,
            "at": event.at,
            "line_id": line_id,
        }
        for event in events
        if (line_id := _id(event.payload["unsend"], "messageId"))
    ]
    with connection.cursor() as cursor:
        cursor.execute(UNSEND, {"events": orjson.dumps(rows).decode(), "now": timezone.now()})
        doomed = cursor.rowcount
    _call(doomed, None)


def _call(media_count: int, alert_at: datetime | None) -> None:
    if media_count:
        board.call(FETCHING)
    if alert_at:
        board.call(ALERTS, alert_at)


def _row(place: int, event: Received, *, is_awaited: bool) -> dict:
    said = event.payload.get("message")
    token = event.reply_token or ""
    row = {
        "place": place,
        "line_user_id": event.line_user_id,
        "at": event.at,
        "reply_token": token if len(token) <= LONGEST_TOKEN else "",
    }
    if said is None:
        return row | _tap(event.payload["postback"])
    return row | _message(said) | ({"asks": False} if is_awaited else {})


def _message(said: dict) -> dict:
    kind = str(said.get("type", ""))[:20]
    content = {name: said[name] for name in KEPT.get(kind, ()) if name in said}
    text = said.get("text") if kind == "text" else said.get("fileName")
    token = said.get("markAsReadToken")
    return {
        "line_id": _id(said, "id"),
        "type": kind,
        "content": content,
        "words": replies.plain(text) if isinstance(text, str) else "",
        "read_token": token if isinstance(token, str) and len(token) <= LONGEST_READ_TOKEN else "",
        "asks": True,
        "fetches": kind in MEDIA and not _is_elsewhere(said),
    }


def _is_elsewhere(said: dict) -> bool:
    """Whether an app sent it by an address of its own; LINE has no copy of that."""
    provider = said.get("contentProvider")
    return isinstance(provider, dict) and provider.get("type") == "external"


def _tap(postback: dict) -> dict:
    content = {name: postback[name] for name in ("data", "params") if name in postback}
    empty = {"line_id": None, "words": "", "read_token": "", "asks": False, "fetches": False}
    return empty | {"type": Message.POSTBACK, "content": content}


def _id(fields: dict, name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST_ID else None
