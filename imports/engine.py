"""Checking and writing imports: in portions, each one transaction that keeps how far it came.

So an interruption costs a portion, memory stays flat, and nobody waits long for a row. One import of a kind
is written at a time.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import activity, board, reasons
from accounts.errors import AppError
from accounts.models import User
from imports import services, sheets, staging
from imports.columns import Reader
from imports.errors import ImportFailed
from imports.kinds import Unfit
from imports.models import ImportRun
from imports.staging import Bad, Good

logger = logging.getLogger(__name__)
PORTION = 5_000
MOST_ERRORS = 10_000  # in a report; all are counted, and more are in the file of refused rows
OUR_ERROR = gettext_noop("This is an error of ours, not of your file. It has been reported.")
State = ImportRun.State


@dataclass
class Report:
    """What an import did: counts by outcome of its kind, and lines (the first is 1) with reasons.

    `refused` holds the first MOST_ERRORS of `refused_count`.
    """

    counts: dict[str, int] = field(default_factory=dict)
    refused: list[tuple[int, str]] = field(default_factory=list)
    rows: int = 0
    refused_count: int = 0


def import_file(kind_name: str, file: BinaryIO, *, name: str = "file.csv", by: User | None = None) -> Report:
    """Take the good rows of a CSV file in at once, its columns as they are recognised; report the bad.

    Raises UnknownKind, FileTooLarge, UnreadableFile, MissingColumn, ColumnTwice before anything is written;
    ImportFailed when it broke off, what was written until then stays.
    """
    kind = services.kind_named(kind_name)
    run = services.submit(kind, file, name=name, writes_at_once=True, by=by)
    try:
        _go_on_to_the_end(run)
    finally:
        run.refresh_from_db()
        if run.ended_at is None:
            services.cancel(run, by=by)
    if run.state != State.DONE:
        raise ImportFailed(str(run.problem) or None)
    return report(run)


def report(run: ImportRun) -> Report:
    found = run.faults.values_list("line", "reason")[:MOST_ERRORS]
    return Report(dict(run.counts), list(found), run.rows, run.refused)


def work(go_on: Callable[[], bool]) -> datetime | None:
    """Go on with imports, asking after each portion whether to; when to come back, None for never."""
    services.forget_old()
    while run := ImportRun.objects.at_work().first():
        ImportRun.objects.filter(pk=run.pk).update(served_at=timezone.now())
        while _serve(run, go_on):
            if not go_on():
                return timezone.now()
        if ImportRun.objects.at_work().filter(pk=run.pk).exists():
            return timezone.now() + board.LEASE  # somebody else is at it
    return services.next_moment()


def portion(run: ImportRun, go_on: Callable[[], bool]) -> bool:
    """Do the next part of a run; False if nothing is left to do, or somebody else is at it."""
    run.refresh_from_db()
    try:
        with translation.override(run.language):
            if run.state == State.CHECKING:
                return _check(run, go_on)
            return run.state == State.WRITING and _write(run)
    except AppError as refusal:
        services.fail(run, refusal)
        return False


def _serve(run: ImportRun, go_on: Callable[[], bool]) -> bool:
    """A portion for a worker, who must not stumble over one run forever while others wait behind it."""
    try:
        return portion(run, go_on)
    except (OperationalError, InterfaceError):  # the database is away; all is taken up again
        raise
    except Exception:
        logger.exception("import.broken", extra={"run": run.pk})
        services.fail(run, reasons.reason(OUR_ERROR))
        return False


def _go_on_to_the_end(run: ImportRun) -> None:
    """A worker may take portions of it as well."""
    while run.is_at_work:
        if not portion(run, lambda: True):
            run.refresh_from_db()
            time.sleep(0.05 if run.is_at_work else 0)


def _check(run: ImportRun, go_on: Callable[[], bool]) -> bool:
    """Check what is left of the file, portion by portion: going to where it stopped takes reading it."""
    reader = Reader(services.kind_of(run), run.columns)
    with services.opened(run) as file:
        rows = sheets.rows_of(file, run.encoding)
        next(rows)
        rest = ((line, cells) for line, cells in rows if line > run.read_to)
        while part := list(islice(rest, PORTION)):
            if not _stage(run, reader, part):
                return False
            if not go_on():
                return True
    return _finish_checking(run, reader)


def _stage(run: ImportRun, reader: Reader, part: list[tuple[int, list[str]]]) -> bool:
    good: list[Good] = []
    bad: list[Bad] = []
    for line, cells in part:
        if cells is not sheets.BROKEN and not any(map(str.strip, cells)):
            continue  # Excel leaves such rows behind
        try:
            good.append(Good(line, *reader.read(cells)))
        except Unfit as fault:
            bad.append(Bad(line, fault.reason, reader.label(fault)))
    return _keep(run, reader, good, bad, read_to=part[-1][0])


@transaction.atomic
def _keep(run: ImportRun, reader: Reader, good: list[Good], bad: list[Bad], *, read_to: int) -> bool:
    if not _lock(run, state=State.CHECKING, read_to=run.read_to):
        return False
    staging.add(run, good, reader.kind.known({row.key for row in good if row.key}) or set())
    staging.refuse(run, bad)
    run.read_to = read_to
    run.rows += len(good) + len(bad)
    run.good += len(good)
    run.refused += len(bad)
    run.save(update_fields=["read_to", "rows", "good", "refused"])
    return True


@transaction.atomic
def _finish_checking(run: ImportRun, reader: Reader) -> bool:
    """Refuse what stands in the file twice, and count what writing it would do."""
    if not _lock(run, state=State.CHECKING, read_to=run.read_to):
        return False
    repeated = staging.refuse_repeated(run, _("The same stands in line %(line)s already."))
    run.good, run.refused = run.good - repeated, run.refused + repeated
    run.new = None if reader.kind.known(()) is None else staging.new(run)
    run.state = State.CHECKED
    run.counts = {name: 0 for name, _label in reader.kind.outcomes}
    run.save(update_fields=["good", "refused", "new", "state", "counts"])
    if run.writes_at_once:
        services.confirm(run, by=_user_of(run))
    return run.writes_at_once


@transaction.atomic
def _write(run: ImportRun) -> bool:
    staging.alone(run)
    if not _lock(run, state=State.WRITING, written_to=run.written_to):
        return False
    rows = staging.portion(run, PORTION)
    if not rows:
        return _finish(run)
    written = services.kind_of(run).write(rows)
    refused = [Bad(line, reason) for line, reason in dict(written.refused).items()]
    staging.refuse(run, refused)
    run.written_to = rows[-1][0]
    run.done += len(rows) - len(refused)
    run.good, run.refused = run.good - len(refused), run.refused + len(refused)
    for name, count in written.counts.items():
        run.counts[name] = run.counts.get(name, 0) + count
    run.save(update_fields=["written_to", "done", "good", "refused", "counts"])
    return True


def _finish(run: ImportRun) -> bool:
    run.state, run.ended_at = State.DONE, timezone.now()
    run.save(update_fields=["state", "ended_at"])
    staging.forget(run)
    activity.record("import.finished", run, by=_user_of(run), refused=run.refused, **run.counts)
    return False


def _user_of(run: ImportRun) -> User | None:
    return User(pk=run.user_id) if run.user_id else None


def _lock(run: ImportRun, **as_read: object) -> bool:
    """Hold the run for this transaction; False if another worker has it, or went on since it was read.

    So it is if it was begun anew meanwhile, with its columns read otherwise.
    """
    same = ImportRun.objects.filter(pk=run.pk, begun_at=run.begun_at, **as_read)
    return same.select_for_update(skip_locked=True).exists()
