"""Files of talks: fetched from LINE while it has them, kept in a place of the client's own, deleted again.

A file is named in its row before it is written, so that none is left behind unknown.
"""

import logging
from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts import board, current
from channels.models import Channel
from channels.services import client_for
from chats import services
from chats.arrivals import FETCHING
from chats.models import Media, Message, make_token
from library import pictures
from library.errors import NeedsHttps, PictureTooLarge
from line import wire
from line.client import LineClient
from line.errors import LineError, Rejected, TooLarge, Unauthorized

logger = logging.getLogger(__name__)
State = Media.State
BATCH = 10
LEASE = timedelta(minutes=3)  # longer than a download may take
# While LINE still prepares a film, or does not answer. Two hours in all; then it is missed.
PAUSES = [2, 3, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600]
UNCONNECTED = timedelta(hours=1)  # between looks for an account that can be asked
UNUSED = timedelta(days=1)  # how long a picture waits for the message it was uploaded for
IN_MEMORY = 2_000_000

CLAIM = """
UPDATE chats_media SET due_at = %(until)s, attempts = attempts + 1
WHERE id IN (SELECT id FROM chats_media WHERE due_at <= %(now)s ORDER BY due_at LIMIT %(limit)s
             FOR UPDATE SKIP LOCKED)
RETURNING id"""


def upload(file: UploadedFile) -> Media:
    """Keep a picture that somebody is about to send. Unused for a day, it is deleted.

    Raises NeedsHttps, PictureTooLarge, UnreadablePicture.
    """
    name = str(file.name)
    if not settings.MEDIA_BASE_URL.startswith("https://"):
        raise NeedsHttps
    if (file.size or 0) > pictures.MOST_BYTES:
        raise PictureTooLarge(name=name)
    whole, small, media_type = pictures.prepare(cast("BinaryIO", file), name)
    made = Media(kind="image", state=State.STORED, token=make_token(), file_name=name[:255])
    made.media_type, made.size, made.due_at = media_type, len(whole), timezone.now() + UNUSED
    made.file, made.preview = _new_name(), _new_name()
    with transaction.atomic():
        made.save()
        board.call(FETCHING, made.due_at)
    default_storage.save(made.file, ContentFile(whole))
    default_storage.save(made.preview, ContentFile(small))
    return made


def work_due() -> None:
    """Fetch and delete what is due in this tenant. Two at once share the work."""
    seen = board.version(FETCHING)
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    client = client_for(channel) if channel else None
    while claimed := _claim():
        for media in claimed:
            _work(client, media)
    board.settle(FETCHING, _next_moment(), seen=seen)


def _claim() -> list[Media]:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + LEASE, "limit": BATCH})
        ids = [pk for (pk,) in cursor.fetchall()]
    return list(Media.objects.filter(pk__in=ids))


def _work(client: LineClient | None, media: Media) -> None:
    if media.state == State.WAITING and client:
        _fetch(client, media)
    elif media.state == State.DOOMED or (media.state == State.STORED and media.message_id is None):
        _delete(media)
    elif media.state == State.WAITING:  # nobody to ask; that does not count as an attempt
        rows = Media.objects.filter(pk=media.pk, state=State.WAITING)
        rows.update(due_at=timezone.now() + UNCONNECTED, attempts=0)
    else:  # used meanwhile
        Media.objects.filter(pk=media.pk).update(due_at=None)


def _fetch(client: LineClient, media: Media) -> None:
    with SpooledTemporaryFile(IN_MEMORY) as spooled:
        content, most = cast("BinaryIO", spooled), settings.MEDIA_MOST_BYTES
        try:
            media_type = wire.run(client.get_content(media.line_id, content, most_bytes=most))
        except TooLarge:
            _close(media, State.TOO_LARGE)
        except LineError as error:
            _after_error(media, error)
        else:
            _keep(media, content, media_type) if media_type else _put_off(media)


def _after_error(media: Media, error: LineError) -> None:
    logger.warning("chat_media.not_fetched", extra={"media": media.pk, "reason": str(error)})
    if isinstance(error, Rejected) and not isinstance(error, Unauthorized):
        _close(media, State.MISSED)
    else:
        _put_off(media)


def _put_off(media: Media) -> None:
    if media.attempts > len(PAUSES):
        _close(media, State.MISSED)
        return
    pause = timedelta(seconds=PAUSES[media.attempts - 1])
    Media.objects.filter(pk=media.pk, state=State.WAITING).update(due_at=timezone.now() + pause)


def _keep(media: Media, content: BinaryIO, media_type: str) -> None:
    """The names first: whatever dies after that is deleted or written again, never lost sight of."""
    _delete_files(media)  # of an attempt that died
    small = pictures.preview_of(content) if media.kind == "image" else None
    media.file, media.preview = _new_name(), _new_name() if small else ""
    Media.objects.filter(pk=media.pk).update(file=media.file, preview=media.preview)
    content.seek(0)
    default_storage.save(media.file, File(content))
    size = content.tell()
    if small:
        default_storage.save(media.preview, ContentFile(small))
    if not _close(media, State.STORED, media_type=media_type[:100], size=size):
        _delete(media)  # taken back while it was being fetched


@transaction.atomic
def _close(media: Media, state: str, **fields: object) -> bool:
    """Say how the fetching ended, and show it in the talk; False if it was taken back meanwhile."""
    message = Message.objects.filter(pk=media.message_id or 0).select_related("conversation").first()
    held = services.hold(message.conversation) if message else None
    rows = Media.objects.filter(pk=media.pk, state=State.WAITING)
    is_ours = rows.update(state=state, due_at=None, **fields) == 1
    if message and held and is_ours:
        Message.objects.filter(pk=message.pk).update(version=held.version)
    return is_ours


def _delete(media: Media) -> None:
    _delete_files(media)
    Media.objects.filter(pk=media.pk).delete()


def _delete_files(media: Media) -> None:
    for name in filter(None, (media.file, media.preview)):
        default_storage.delete(name)


def _new_name() -> str:
    """In a folder of the client's own, not to be guessed."""
    return f"{current.schema()}/chats/{timezone.now():%Y/%m}/{get_random_string(32)}"


def _next_moment() -> datetime | None:
    waiting = Media.objects.exclude(due_at=None).order_by("due_at")
    return waiting.values_list("due_at", flat=True).first()
