"""Files that messages show: kept once, served in the sizes LINE asks for."""

import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import current
from accounts.addresses import client_page


def new_code() -> str:
    """What a public address holds: 128 bits, not found by trying."""
    return secrets.token_urlsafe(16)


class Folder(models.Model):
    """Where the client's people look for a file; nothing else depends on it."""

    id = models.AutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("media folder")
        verbose_name_plural = _("media folders")
        ordering = ["name"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.name


class MediaFileQuerySet(models.QuerySet["MediaFile"]):
    def stored(self) -> Self:
        """Without those that are still being written or deleted."""
        return self.exclude(stored_at=None)

    def present(self) -> Self:
        """What can be chosen for a message."""
        return self.stored().filter(archived_at=None)


class MediaFile(models.Model):
    """A picture, film or sound. A message names its address, so what it shows never changes.

    `stored_at` is null while it is written and while it is deleted: nobody sees it then.
    """

    NAME_LENGTH = 100

    class Kind(models.TextChoices):
        IMAGE = "image", _("Image")
        VIDEO = "video", _("Video")
        AUDIO = "audio", _("Audio")

    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    folder = models.ForeignKey(
        Folder,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="files",
        verbose_name=_("folder"),
    )
    code = models.CharField(_("code"), max_length=40, unique=True, default=new_code, editable=False)
    content_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)  # SHA-256, hex
    path = models.CharField(max_length=200, editable=False)  # in the storage; of a picture, upright and anew
    media_type = models.CharField(_("media type"), max_length=40, editable=False)
    size = models.BigIntegerField(_("bytes"), editable=False)
    width = models.PositiveIntegerField(_("width"), null=True, editable=False)
    height = models.PositiveIntegerField(_("height"), null=True, editable=False)
    duration_ms = models.PositiveIntegerField(_("duration in ms"), null=True, editable=False)
    preview = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    created_by_id = models.IntegerField(null=True, editable=False)  # users are public: an id, no key
    stored_at = models.DateTimeField(null=True, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)

    objects = MediaFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("media file")
        verbose_name_plural = _("media files")
        ordering = ["-id"]
        indexes = [models.Index(fields=["folder", "-id"], name="media_of_folder")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return client_page("media_file", self.pk)

    @property
    def base(self) -> str:
        """Where LINE and friends find all its sizes; an imagemap names this."""
        client = f"{settings.MEDIA_BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}"
        return f"{client}/media/{self.code}"

    @property
    def own_size(self) -> str:
        """The size that is the file itself, with the ending that some players go by."""
        return {"video/mp4": "film.mp4", "audio/mp4": "sound.m4a", "audio/mpeg": "sound.mp3"}.get(
            self.media_type, "full"
        )

    @property
    def length(self) -> str:
        """Of a film or sound, as players write it: 1:05."""
        seconds = round((self.duration_ms or 0) / 1000)
        return f"{seconds // 60}:{seconds % 60:02}"

    @property
    def address(self) -> str:
        return f"{self.base}/{self.own_size}"

    @property
    def preview_address(self) -> str:
        """Of the small picture; empty for a sound."""
        return f"{self.base}/{self.preview}" if self.preview else ""


class MediaSize(models.Model):
    """One size of a picture, or a film's preview: made once, kept beside the file."""

    file = models.ForeignKey(MediaFile, on_delete=models.CASCADE, related_name="sizes")
    name = models.CharField(max_length=40)
    path = models.CharField(max_length=200)
    media_type = models.CharField(max_length=40)
    size = models.IntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("size of a file")
        verbose_name_plural = _("sizes of files")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["file", "name"], name="media_size_once")]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.name}"
