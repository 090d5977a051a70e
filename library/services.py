"""Commands on the library's files and folders.

A file is written before anybody sees its row: what dies on the way leaves a row, which a later upload
clears up.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import BinaryIO, cast

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts import activity, current
from accounts.models import User
from library import films, pictures, sizes, uses
from library.errors import BadName, FileTooLarge, FolderExists, NoLength, StillUsed, UnknownKind
from library.models import Folder, MediaFile
from library.pictures import Picture

Kind = MediaFile.Kind
BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")  # JPEG, PNG, WEBP
MOST_BYTES = {Kind.IMAGE: 30_000_000, Kind.VIDEO: 200_000_000, Kind.AUDIO: 200_000_000}
JOINER = "\u200d"
MEGABYTE = 1_000_000
ABANDONED = timedelta(days=1)  # by then nobody writes a file any more


@dataclass(frozen=True)
class Added:
    """What an upload came to. The same content twice is one file."""

    file: MediaFile
    is_new: bool


@dataclass(frozen=True)
class Content:
    """What is going to be stored, and what is known of it."""

    body: BinaryIO
    facts: dict
    preview: Picture | None


def add_file(
    upload: UploadedFile, *, by: User | None, folder: Folder | None = None, name: str = ""
) -> MediaFile:
    """Keep a picture, film or sound; what is there already is taken out of the archive again.

    Raises UnknownKind, FileTooLarge, UnreadablePicture, NoLength.
    """
    return add(upload, by=by, folder=folder, name=name).file


def add(upload: UploadedFile, *, by: User | None, folder: Folder | None = None, name: str = "") -> Added:
    """As `add_file`, telling whether it is new."""
    title = _title(name or str(upload.name))
    body = cast("BinaryIO", upload)
    if (upload.size or 0) > max(MOST_BYTES.values()):
        raise FileTooLarge(name=title, most=max(MOST_BYTES.values()) // MEGABYTE)
    digest = _digest(body)
    if found := _known(digest, by):
        return Added(found, is_new=False)
    content = _examined(body, upload.size or 0, title)
    _clear_up()
    made = MediaFile(name=title, folder=folder, created_by_id=by.pk if by else None, **content.facts)
    made.path = f"{current.schema()}/library/{timezone.now():%Y/%m}/{get_random_string(32)}"
    made.save()
    content.body.seek(0)
    default_storage.save(made.path, File(content.body))
    if content.preview:
        sizes.keep(made, sizes.PREVIEW, content.preview)
    return _open_to_all(made, digest, by)


@transaction.atomic
def change_file(
    file: MediaFile, *, name: str | None = None, folder: Folder | None | str = "", by: User | None
) -> MediaFile:
    """Another name, another folder (None: none). Raises BadName."""
    if name is not None:
        file.name = _name(name, MediaFile.NAME_LENGTH)
    if not isinstance(folder, str):
        file.folder = folder
    file.save(update_fields=["name", "folder"])
    activity.record("media.changed", file, by=by, name=file.name)
    return file


@transaction.atomic
def archive(file: MediaFile, *, by: User | None) -> None:
    """Take it out of what can be chosen. Messages that show it go on showing it."""
    if MediaFile.objects.filter(pk=file.pk, archived_at=None).update(archived_at=timezone.now()):
        activity.record("media.archived", file, by=by, name=file.name)


@transaction.atomic
def restore(file: MediaFile, *, by: User | None) -> None:
    """Undo `archive`."""
    if MediaFile.objects.filter(pk=file.pk).exclude(archived_at=None).update(archived_at=None):
        activity.record("media.restored", file, by=by, name=file.name)


def delete_file(file: MediaFile, *, by: User | None) -> None:
    """Delete what no message shows, for good. Raises StillUsed."""
    with transaction.atomic():
        MediaFile.objects.select_for_update().filter(pk=file.pk).first()
        if uses.of(file):
            raise StillUsed(name=file.name)
        MediaFile.objects.filter(pk=file.pk).update(stored_at=None, content_hash=None)
        activity.record("media.deleted", file, by=by, name=file.name)
    _remove(file)


def set_preview(file: MediaFile, upload: UploadedFile, *, by: User | None) -> MediaFile:
    """What stands for a film until it is played. What was sent keeps the picture of that time.

    Raises UnreadablePicture, FileTooLarge.
    """
    if (upload.size or 0) > MOST_BYTES[Kind.IMAGE]:
        raise FileTooLarge(name=str(upload.name), most=MOST_BYTES[Kind.IMAGE] // MEGABYTE)
    drawn = pictures.preview(cast("BinaryIO", upload), str(upload.name))
    file.preview = sizes.keep(file, f"{sizes.PREVIEW}-{get_random_string(8)}", drawn).name
    file.save(update_fields=["preview"])
    activity.record("media.preview_changed", file, by=by, name=file.name)
    return file


@transaction.atomic
def create_folder(name: str, *, by: User | None) -> Folder:
    """Raises BadName, FolderExists."""
    folder = Folder()
    _save(folder, name)
    activity.record("media_folder.created", folder, by=by, name=folder.name)
    return folder


@transaction.atomic
def rename_folder(folder: Folder, name: str, *, by: User | None) -> None:
    """Raises BadName, FolderExists."""
    _save(folder, name)
    activity.record("media_folder.renamed", folder, by=by, name=folder.name)


@transaction.atomic
def delete_folder(folder: Folder, *, by: User | None) -> None:
    """Its files stay, in no folder."""
    activity.record("media_folder.deleted", folder, by=by, name=folder.name)
    folder.delete()


def _digest(body: BinaryIO) -> str:
    body.seek(0)
    return hashlib.file_digest(body, "sha256").hexdigest()  # type: ignore[arg-type]  # an upload reads as a file


def _known(digest: str, by: User | None) -> MediaFile | None:
    found = MediaFile.objects.stored().filter(content_hash=digest).first()
    if found:
        restore(found, by=by)
        found.archived_at = None
    return found


def _examined(body: BinaryIO, size: int, name: str) -> Content:
    """By what is in the file: its name says what somebody believes."""
    body.seek(0)
    start = body.read(8)
    if start.startswith(BEGINNINGS):
        _check_size(size, Kind.IMAGE, name)
        return _picture(body, name)
    film = films.read(body)
    if film is None:
        raise UnknownKind(name=name)
    kind = Kind.VIDEO if film.media_type == "video/mp4" else Kind.AUDIO
    if kind == Kind.AUDIO and not film.duration_ms:
        raise NoLength(name=name)
    shape = {"width": film.width, "height": film.height} if kind == Kind.VIDEO else {}
    preview = pictures.still(film.width, film.height) if kind == Kind.VIDEO else None
    facts = {"kind": kind, "media_type": film.media_type, "size": size, "duration_ms": film.duration_ms}
    return Content(body, facts | shape | {"preview": sizes.PREVIEW if preview else ""}, preview)


def _picture(body: BinaryIO, name: str) -> Content:
    whole, small = pictures.master(body, name)
    facts = {"kind": Kind.IMAGE, "media_type": whole.media_type, "size": len(whole.content)}
    facts |= {"width": whole.width, "height": whole.height, "preview": sizes.PREVIEW}
    return Content(cast("BinaryIO", ContentFile(whole.content)), facts, small)


def _check_size(size: int, kind: str, name: str) -> None:
    most = MOST_BYTES[Kind(kind)]
    if size > most:
        raise FileTooLarge(name=name, most=most // MEGABYTE)


def _open_to_all(made: MediaFile, digest: str, by: User | None) -> Added:
    """Let it be seen; who comes second with the same content gets what the first has stored."""
    made.content_hash, made.stored_at = digest, timezone.now()
    try:
        with transaction.atomic():
            made.save(update_fields=["content_hash", "stored_at"])
            activity.record("media.added", made, by=by, name=made.name)
    except IntegrityError:
        _remove(made)
        return Added(MediaFile.objects.get(content_hash=digest), is_new=False)
    return Added(made, is_new=True)


def _clear_up() -> None:
    """What was never finished, or not deleted to its end."""
    old = timezone.now() - ABANDONED
    for file in MediaFile.objects.filter(stored_at=None, created_at__lt=old):
        _remove(file)


def _remove(file: MediaFile) -> None:
    for path in [*file.sizes.values_list("path", flat=True), file.path]:
        default_storage.delete(path)
    MediaFile.objects.filter(pk=file.pk).delete()


def _title(given: str) -> str:
    """The file's name without its ending, fit for lists and tables."""
    stem = PurePath(given.replace("\\", "/")).stem.strip().lstrip("=+-@")
    return "".join(filter(_is_shown, stem))[: MediaFile.NAME_LENGTH].strip() or "file"


def _name(name: str, longest: int) -> str:
    name = name.strip()
    if not 0 < len(name) <= longest or not all(map(_is_shown, name)):
        raise BadName(longest=longest)
    return name


def _is_shown(sign: str) -> bool:
    """Emoji may be joined; nothing else that cannot be seen has a place in a name."""
    return sign.isprintable() or sign == JOINER


def _save(folder: Folder, name: str) -> None:
    folder.name = _name(name, Folder._meta.get_field("name").max_length or 0)
    try:
        with transaction.atomic():
            folder.save()
    except IntegrityError as error:
        raise FolderExists(name=folder.name) from error
