"""Files of audiences, made in the background, a stretch of people per transaction.

A stretch is written with how far it is, so a worker that is killed repeats nothing and leaves nothing out.
A file that breaks, or over which workers die again and again, ends as failed, and the next one has its turn.
Whom it names is kept beside it, sealed, so that they can be taken off the platform's list again.
"""

import hmac
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import Length
from django.utils import timezone
from pyroaring import BitMap

from accounts import activity, current, secrets
from adplatforms import hashing
from adplatforms.audiences import forms_of_files, sizes
from adplatforms.consenting import consents
from adplatforms.hashing import Hashes
from adplatforms.models import AdAudience, AdAudienceEntry, AdAudienceFile, AdAudiencePart
from customers.models import Customer
from linking.models import Link

logger = logging.getLogger(__name__)
KIND = "ad_files"  # on the work board
PORTION = 4_000
KEPT = timedelta(days=7)
MOST_TRIES = 3  # at the same stretch
PURPOSE = "adplatforms.audiences"
State, FileKind, Problem = AdAudienceFile.State, AdAudienceFile.Kind, AdAudienceFile.Problem
REMOVE = f"""
WITH next AS MATERIALIZED (
    SELECT entry.id FROM adplatforms_adaudienceentry AS entry
    WHERE entry.id > %s AND {sizes.REMOVABLE} ORDER BY entry.id LIMIT %s)
UPDATE adplatforms_adaudienceentry AS entry SET removal_id = %s FROM next WHERE entry.id = next.id
RETURNING entry.id, entry.mark, entry.sealed"""  # noqa: S608  (our own text)
REPLACED = """
UPDATE adplatforms_adaudienceentry AS entry SET is_replaced = true
FROM unnest(%s::int[], %s::bytea[]) AS present (customer_id, mark)
WHERE entry.audience_id = %s AND entry.customer_id = present.customer_id
  AND entry.mark <> present.mark AND NOT entry.is_replaced"""


def make(seconds: float, *, keep: Callable[[], None]) -> bool:
    """Make files for some seconds and delete old ones; whether there is more to do."""
    expire()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        file = _next()
        if file is None or not _served(file):
            return False
        keep()
    return True


def catch_up() -> None:
    """Make all there is to make, however long it takes."""
    while make(60, keep=lambda: None):
        pass


def next_moment() -> datetime | None:
    """When there is something to do next: now for a file that is being made, or when one is deleted."""
    if AdAudienceFile.objects.filter(state=State.MAKING).exists():
        return timezone.now()
    ready = AdAudienceFile.objects.filter(state=State.READY).order_by("expires_at")
    return ready.values_list("expires_at", flat=True).first()


def expire() -> None:
    """Delete what has been kept for KEPT. Who stood in a removal file that nobody took is in the next one."""
    for file in AdAudienceFile.objects.filter(state=State.READY, expires_at__lte=timezone.now()):
        with transaction.atomic():
            rows = AdAudienceFile.objects.filter(pk=file.pk, state=State.READY)
            if rows.update(state=State.EXPIRED):
                file.parts.all().delete()
                AdAudienceEntry.objects.filter(removal=file).update(removal=None)


def text_of(part: AdAudiencePart) -> str:
    """The lines of a stretch."""
    return secrets.unseal(current.tenant().pk, _place(part.file_id, part.number), bytes(part.sealed))


@transaction.atomic
def _next() -> int | None:
    """The oldest file that is being made; that it was begun is kept for whoever comes after a dead worker."""
    while file := _making().order_by("pk").first():
        if file.tries < MOST_TRIES:
            AdAudienceFile.objects.filter(pk=file.pk).update(tries=file.tries + 1)
            return file.pk
        _fail(file, Problem.STOPPED)
    return None


def _served(number: int) -> bool:
    """A stretch of this file; False if another worker is at it."""
    try:
        return _stretch(number)
    except (OperationalError, InterfaceError):  # the database is away, or has no room; it is tried again
        raise
    except Exception:  # one that we did not think of must not keep the others from theirs
        logger.exception("adplatforms.file_broken", extra={"file": number})
        with transaction.atomic():
            if file := _making().filter(pk=number).first():
                _fail(file, Problem.BROKEN)
        return True


def _making() -> QuerySet[AdAudienceFile]:
    """Files that are being made, held; not those that another worker holds."""
    held = AdAudienceFile.objects.select_for_update(skip_locked=True, of=("self",))
    return held.filter(state=State.MAKING).select_related("audience")


@transaction.atomic
def _stretch(number: int) -> bool:
    """The next stretch of this file; whether it was ours to do."""
    file = _making().filter(pk=number).first()
    if file is None:
        return False
    count = file.parts.count()
    found, is_last = _people(file) if file.kind == FileKind.ADD else _removed(file)
    lines = forms_of_files.lines(file.audience, found)
    start = forms_of_files.header(file.audience) if count == 0 else ""
    if lines or start:
        sealed = secrets.seal(current.tenant().pk, _place(file.pk, count), start + "".join(lines))
        AdAudiencePart.objects.create(file=file, number=count, sealed=sealed)
    file.rows += len(lines)
    file.tries = 0
    file.save(update_fields=["rows", "position", "tries"])
    if is_last:
        _end(file)
    return True


def _people(file: AdAudienceFile) -> tuple[list[Hashes], bool]:
    """The next people of the segment who may be given out, and whether those were the last."""
    friends = BitMap.deserialize(bytes(file.bitmap or b""))
    stretch = list(friends[file.position : file.position + PORTION])
    file.position += len(stretch)
    linked = Link.objects.filter(friend__in=stretch, unlinked_at=None)
    customers = set(linked.values_list("customer_id", flat=True))
    agreed = consents.given_by(customers)
    rows = list(Customer.objects.filter(pk__in=agreed, erased_at=None).order_by("pk"))
    hashes = {pk: forms_of_files.chosen(file.audience, each) for pk, each in hashing.of(rows).items()}
    known = {pk: each for pk, each in hashes.items() if each}
    _remember(file.audience, known)
    return list(known.values()), file.position >= len(friends)


def _removed(file: AdAudienceFile) -> tuple[list[Hashes], bool]:
    """The next of those who have to be taken off again; `position` is the last entry's number."""
    with connection.cursor() as cursor:
        cursor.execute(REMOVE, [file.position, file.audience_id, PORTION, file.pk])
        rows = sorted(cursor.fetchall())
    file.position = rows[-1][0] if rows else file.position
    places = [(_entry_place(file.audience_id, bytes(mark)), sealed) for _pk, mark, sealed in rows]
    opened = secrets.unseal_each(current.tenant().pk, [(place, bytes(sealed)) for place, sealed in places])
    return [Hashes(*text.split(" ")) for text in opened], len(rows) < PORTION


def _remember(audience: AdAudience, known: dict[int, Hashes]) -> None:
    """Who is given out, and under which hashes; who was under others has to be taken off by those."""
    if not known:
        return
    tenant = current.tenant().pk
    key = secrets.derive(tenant, PURPOSE)
    texts = {pk: " ".join((each.email, each.phone, each.phone_digits)) for pk, each in known.items()}
    marks = {pk: _mark(key, text) for pk, text in texts.items()}
    sealed = secrets.seal_each(
        tenant, [(_entry_place(audience.pk, marks[pk]), text) for pk, text in texts.items()]
    )
    entries = [
        AdAudienceEntry(audience=audience, customer_id=pk, mark=marks[pk], sealed=each)
        for pk, each in zip(texts, sealed, strict=True)
    ]
    AdAudienceEntry.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["audience", "customer_id", "mark"],
        update_fields=["is_replaced", "removal"],
    )
    with connection.cursor() as cursor:
        cursor.execute(REPLACED, [list(marks), list(marks.values()), audience.pk])


def _end(file: AdAudienceFile) -> None:
    now = timezone.now()
    size = file.parts.aggregate(size=Sum(Length("sealed")))["size"] or 0
    AdAudienceFile.objects.filter(pk=file.pk).update(
        state=State.READY, made_at=now, expires_at=now + KEPT, bitmap=None, size=size
    )
    activity.record(
        "ad_audience.file_made",
        file.audience,
        by=None,
        name=file.audience.name,
        kind=file.kind,
        lines=file.rows,
    )


def _fail(file: AdAudienceFile, problem: str) -> None:
    """Nothing of it is kept. Who stood in a removal file is in the next one."""
    AdAudienceFile.objects.filter(pk=file.pk).update(
        state=State.FAILED, problem=problem, bitmap=None, made_at=None, rows=0
    )
    file.parts.all().delete()
    AdAudienceEntry.objects.filter(removal=file).update(removal=None)
    activity.record(
        "ad_audience.file_failed",
        file.audience,
        by=None,
        name=file.audience.name,
        kind=file.kind,
        problem=str(problem),
    )


def _mark(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")[:12]


def _place(file_id: int, number: int) -> str:
    return f"adplatforms_adaudiencepart.sealed:{file_id}:{number}"


def _entry_place(audience_id: int, mark: bytes) -> str:
    """Bound to the hashes and not to the customer: who is merged into another keeps their entry."""
    return f"adplatforms_adaudienceentry.sealed:{audience_id}:{mark.hex()}"
