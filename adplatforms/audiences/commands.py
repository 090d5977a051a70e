"""Commands on audiences and their files."""

from collections.abc import Iterator

from django.db import IntegrityError, transaction
from django.db.models import F
from django_tenants.utils import tenant_context

from accounts import activity, board, current
from accounts.models import Tenant, User
from adplatforms.audiences import making, sizes
from adplatforms.errors import (
    AudienceNameTaken,
    FileNotThere,
    NoAudienceName,
    NobodyToExport,
    NobodyToRemove,
    OneColumn,
    UnderWay,
)
from adplatforms.models import AdAudience, AdAudienceEntry, AdAudienceFile, AdAudiencePart
from segments.models import Segment

FileKind, State = AdAudienceFile.Kind, AdAudienceFile.State


@transaction.atomic
def create(
    name: str,
    segment: Segment,
    form: str,
    contacts: str = AdAudience.Contacts.BOTH,
    *,
    by: User | None,
) -> AdAudience:
    """Raises NoAudienceName, AudienceNameTaken, OneColumn."""
    name = " ".join(name.split())
    if not name:
        raise NoAudienceName
    if form == AdAudience.Form.LINE and contacts == AdAudience.Contacts.BOTH:
        raise OneColumn
    try:
        with transaction.atomic():
            made = AdAudience.objects.create(name=name, segment=segment, form=form, contacts=contacts)
    except IntegrityError as error:
        raise AudienceNameTaken(name=name) from error
    activity.record("ad_audience.created", made, by=by, name=name)
    return made


@transaction.atomic
def remove(audience: AdAudience, *, by: User | None) -> None:
    """Its files go, and nobody knows any more who was given out: the platform's list is theirs to delete."""
    activity.record("ad_audience.removed", audience, by=by, name=audience.name)
    audience.delete()


def begin_export(audience: AdAudience, *, by: User | None) -> AdAudienceFile:
    """Have a file made of those in the segment now who agreed to ads.

    Raises UnderWay, NobodyToExport, JudgedByLine, InvalidTree.
    """
    friends = sizes.people(audience)
    if not sizes.of(audience, friends).out:
        raise NobodyToExport
    return _begin(audience, FileKind.ADD, len(friends), friends.serialize(), by)


def begin_removal(audience: AdAudience, *, by: User | None) -> AdAudienceFile:
    """Have a file made of those given out who agree no longer or have another contact by now.

    Raises UnderWay, NobodyToRemove.
    """
    count = sizes.removable(audience)
    if not count:
        raise NobodyToRemove
    return _begin(audience, FileKind.REMOVE, count, None, by)


def download(file: AdAudienceFile, *, by: User | None) -> Iterator[bytes]:
    """The file, stretch by stretch, as it is sent; who asked for it is on the log. Raises FileNotThere.

    Whoever stands in a removal file counts as removed once it was downloaded.
    """
    with transaction.atomic():
        ready = AdAudienceFile.objects.filter(pk=file.pk, state=State.READY)
        if not ready.update(download_count=F("download_count") + 1):
            raise FileNotThere
        if file.kind == FileKind.REMOVE:
            AdAudienceEntry.objects.filter(removal=file).delete()
        activity.record(
            "ad_audience.file_downloaded", file.audience, by=by, name=file.audience.name, kind=file.kind
        )
    return _stretches(current.tenant(), file.pk)


def _stretches(tenant: Tenant, file_id: int) -> Iterator[bytes]:
    """They are read once the response has begun, so this enters the client itself."""
    with tenant_context(tenant):
        number = 0
        while part := AdAudiencePart.objects.filter(file=file_id, number=number).first():
            yield making.text_of(part).encode()
            number += 1


@transaction.atomic
def _begin(
    audience: AdAudience, kind: str, total: int, bitmap: bytes | None, by: User | None
) -> AdAudienceFile:
    user = by.pk if by and by.pk else None
    try:
        with transaction.atomic():
            file = AdAudienceFile.objects.create(
                audience=audience, kind=kind, total=total, bitmap=bitmap, by_id=user
            )
    except IntegrityError as error:
        raise UnderWay from error
    activity.record("ad_audience.export_begun", audience, by=by, name=audience.name, kind=kind)
    board.call(making.KIND)
    return file
