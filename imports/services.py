"""An import step by step, as people and programs command it. The work between is the engine's."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import BinaryIO, cast
from uuid import uuid4

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import activity, board, current
from accounts.models import User
from accounts.reasons import Said
from imports import columns, kinds, sheets, staging
from imports.errors import FileGone, ImportMoved, UnknownKind
from imports.kinds import Kind
from imports.models import ImportRun, SavedColumns
from imports.sheets import Outline

WORK = "csv_imports"
KEPT = timedelta(days=1) * settings.IMPORT_RETENTION_DAYS
State = ImportRun.State


def upload(kind: Kind, file: BinaryIO, *, name: str, by: User | None = None) -> ImportRun:
    """Keep a file, and look at its first rows. Raises FileTooLarge, UnreadableFile."""
    outline = sheets.outline(file, most_bytes=settings.IMPORT_MOST_BYTES)
    file.seek(0)
    place = default_storage.save(f"imports/{current.schema()}/{uuid4().hex}.csv", File(file))
    with transaction.atomic():
        run = ImportRun.objects.create(
            kind=kind.name,
            name=name.replace("\0", "")[:200],
            place=place,
            size=outline.size,
            lines=outline.lines,
            encoding=outline.encoding,
            header=outline.header,
            language=by.language if by and by.pk else translation.get_language() or settings.LANGUAGE_CODE,
            user_id=by.pk if by else None,
        )
        activity.record("import.uploaded", run, by=by, name=run.name, kind=kind.name)
        board.call(WORK, timezone.now() + KEPT)
    return run


def submit(
    kind: Kind,
    file: BinaryIO,
    *,
    name: str,
    meanings: dict[str, str] | None = None,
    writes_at_once: bool = False,
    by: User | None = None,
) -> ImportRun:
    """Upload and begin in one, for programs: columns by name, or as a file with this first line was read.

    Raises FileTooLarge, UnreadableFile, UnknownColumn, MissingColumn, ColumnTwice before anything is kept.
    """
    header = sheets.outline(file, most_bytes=settings.IMPORT_MOST_BYTES).header
    chosen = columns.remembered(kind, header) if meanings is None else columns.by_header(meanings, header)
    columns.check(kind, chosen, header)
    run = upload(kind, file, name=name, by=by)
    begin(run, chosen, writes_at_once=writes_at_once, by=by)
    return run


def look(run: ImportRun) -> Outline:
    """The header and first rows, for confirming what the columns mean. Raises FileGone."""
    with opened(run) as file:
        return sheets.outline(file, most_bytes=settings.IMPORT_MOST_BYTES)


def begin(
    run: ImportRun,
    meanings: list[str],
    *,
    by: User | None = None,
    save_as: str = "",
    writes_at_once: bool = False,
) -> None:
    """Have the file checked, its columns read so, and the columns kept under a name if one is given.

    Raises UnknownColumn, MissingColumn, ColumnTwice, ImportMoved, FileGone, UnknownKind.
    """
    meanings = columns.check(kind_of(run), meanings, run.header)
    opened(run).close()
    with transaction.atomic():
        _move(run, [State.UPLOADED, State.CHECKED], State.CHECKING)
        staging.forget_all(run)
        changes = {"columns": meanings, "read_to": 1, "rows": 0, "good": 0, "refused": 0, "new": None}
        _change(run, begun_at=timezone.now(), writes_at_once=writes_at_once, **changes)
        if save_as.strip():
            _save_columns(run, save_as.strip(), by)
        activity.record("import.checked", run, by=by)
        board.call(WORK)


@transaction.atomic
def confirm(run: ImportRun, *, by: User | None = None) -> None:
    """Have what was checked written. Raises ImportMoved."""
    _move(run, [State.CHECKED], State.WRITING)
    _change(run, begun_at=timezone.now(), written_to=0)
    activity.record("import.confirmed", run, by=by)
    board.call(WORK)


@transaction.atomic
def cancel(run: ImportRun, *, by: User | None = None) -> None:
    """Stop it; what is written stays. Raises ImportMoved if it has ended."""
    _move(run, [State.UPLOADED, State.CHECKING, State.CHECKED, State.WRITING], State.CANCELLED)
    _change(run, ended_at=timezone.now())
    staging.forget(run)
    activity.record("import.cancelled", run, by=by)


@transaction.atomic
def fail(run: ImportRun, problem: Said) -> None:
    """End a run that cannot go on; what is written stays. Does nothing if it has ended."""
    ended = ImportRun.objects.filter(pk=run.pk, state__in=[State.CHECKING, State.WRITING])
    if ended.update(state=State.FAILED, problem=problem, ended_at=timezone.now()):
        staging.forget(run)
        activity.record("import.failed", run, by=None)


def forget_old() -> None:
    """Delete files that are older than IMPORT_RETENTION_DAYS; one that was never confirmed is cancelled."""
    for run in ImportRun.objects.expired(timezone.now() - KEPT):
        if run.ended_at is None:
            cancel(run)
        default_storage.delete(run.place)
        _change(run, place="")


def forget_columns(saved: SavedColumns, *, by: User | None = None) -> None:
    activity.record("import.columns_forgotten", saved, by=by, name=saved.name)
    saved.delete()


def next_moment() -> datetime | None:
    """When the next file is to be deleted."""
    oldest = ImportRun.objects.exclude(place="").order_by("created_at").first()
    return oldest.created_at + KEPT if oldest else None


def kind_of(run: ImportRun) -> Kind:
    """Raises UnknownKind for one that an older or newer version of this program had."""
    return kind_named(run.kind)


def kind_named(name: str) -> Kind:
    """Raises UnknownKind."""
    kind = kinds.of(name)
    if kind is None:
        raise UnknownKind(kind=name[:40], known=", ".join(each.name for each in kinds.all_kinds()))
    return kind


def opened(run: ImportRun) -> BinaryIO:
    """Raises FileGone once it has been deleted."""
    if not run.place or not default_storage.exists(run.place):
        raise FileGone
    return cast("BinaryIO", default_storage.open(run.place, "rb"))


def refused_rows(run: ImportRun) -> Iterator[list[str]]:
    """Rows for a file: line and reason, then the cells as they came; without these once the file is gone."""
    reasons = dict(run.faults.values_list("line", "reason"))
    if not run.place:
        yield ["line", "reason"]
        yield from ([str(line), reason] for line, reason in reasons.items())
    else:
        with opened(run) as file:
            rows = sheets.rows_of(file, run.encoding)
            yield ["line", "reason", *next(rows)[1]]
            yield from ([str(line), reasons[line], *cells] for line, cells in rows if line in reasons)
    if left := run.refused - len(reasons):
        yield ["", _("%(count)s more rows were refused; correct these first.") % {"count": left}]


def _save_columns(run: ImportRun, name: str, by: User | None) -> None:
    SavedColumns.objects.update_or_create(
        kind=run.kind,
        name=name[: SavedColumns.NAME_LENGTH],
        defaults={
            "header": run.header,
            "columns": run.columns,
            "user_id": by.pk if by else None,
            "used_at": timezone.now(),
        },
    )


def _move(run: ImportRun, origin: list[str], to: str) -> None:
    if not ImportRun.objects.filter(pk=run.pk, state__in=origin).update(state=to):
        raise ImportMoved
    run.state = to


def _change(run: ImportRun, **changes: object) -> None:
    ImportRun.objects.filter(pk=run.pk).update(**changes)
    for name, value in changes.items():
        setattr(run, name, value)
