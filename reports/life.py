"""The life of a report: draft → reviewed → released → withdrawn or replaced by a corrected version."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import activity, board
from accounts.models import User
from reports import catalogue, drafting, prints
from reports.errors import Changed, Gone, NoReason, NotReleased, NotReviewed, TooLong
from reports.models import Language, Report, ReportFile

State = Report.State
KEPT = ("kind", "campaign", "broadcast", "name", "first", "last", "language")
WRITTEN = ("figures", "sections", "summary", "comment", "counted_at")


@transaction.atomic
def change(
    report: Report,
    *,
    by: User | None,
    summary: str | None = None,
    comment: str | None = None,
    language: str | None = None,
    sections: Sequence[Sequence] | None = None,
    edit: int | None = None,
) -> Report:
    """What is given; the rest stays. An empty summary follows from the figures. It has to be reviewed anew.

    `edit` is the one that whoever writes has seen. Raises Gone, NotOpen, Changed, TooLong, UnknownSection.
    """
    report = drafting.held(report)
    if edit is not None and edit != report.edit:
        raise Changed
    texts = {"summary": summary, "comment": comment}
    given: dict[str, Any] = {name: text.strip() for name, text in texts.items() if text is not None}
    if any(len(text) > Report.TEXT_LENGTH for text in given.values()):
        raise TooLong
    if sections is not None:
        given["sections"] = catalogue.checked(report.kind, sections)
    if language is not None:
        given["language"] = Language(language)
    changed = sorted(name for name, value in given.items() if getattr(report, name) != value)
    if not changed:
        return report
    for name, value in given.items():
        setattr(report, name, value)
    drafting.back_to_draft(report)
    report.save()
    activity.record("report.changed", report, by=by, fields=changed)
    return report


@transaction.atomic
def review(report: Report, *, by: User | None, edit: int | None = None) -> Report:
    """Say that it may be released as it is. Again changes nothing. Raises Gone, NotOpen, Changed."""
    report = drafting.held(report)
    if edit is not None and edit != report.edit:
        raise Changed
    if report.state == State.DRAFT:
        report.state, report.reviewed_at = State.REVIEWED, timezone.now()
        report.reviewed_by_id = getattr(by, "pk", None)
        report.save(update_fields=["state", "reviewed_at", "reviewed_by_id"])
        activity.record("report.reviewed", report, by=by)
        board.call(prints.KIND)
    return report


@transaction.atomic
def release(report: Report, *, by: User | None, edit: int | None = None) -> Report:
    """Let the client's people see it. Its PDFs are kept from now on; a version before it is replaced.

    They were drawn since it was reviewed; what is not there yet is drawn now.

    Raises Gone, NotOpen, NotReviewed, Changed.
    """
    report = drafting.held(report)
    if edit is not None and edit != report.edit:
        raise Changed
    if report.state != State.REVIEWED:
        raise NotReviewed
    key = {name: getattr(report, name) for name in KEPT}
    drafting.hold(key)
    before = _versions(report).filter(state=State.RELEASED)
    before.update(state=State.SUPERSEDED, ended_at=timezone.now())
    drawn = prints.of(report)
    files = [
        ReportFile(
            report=report, language=language, content=content, sha256=hashlib.sha256(content).hexdigest()
        )
        for language, content in drawn.items()
    ]
    ReportFile.objects.bulk_create(files)
    report.prints.all().delete()
    report.state, report.released_at = State.RELEASED, timezone.now()
    report.released_by_id = getattr(by, "pk", None)
    report.save(update_fields=["state", "released_at", "released_by_id"])
    activity.record("report.released", report, by=by, version=report.version)
    return report


@transaction.atomic
def withdraw(report: Report, *, reason: str, by: User | None) -> Report:
    """Take a released report away from the client's people. It stays, with the reason, for the agency's.

    Raises Gone, NotReleased, NoReason.
    """
    report = _released(report)
    if not reason.strip():
        raise NoReason
    report.state, report.ended_at, report.reason = State.WITHDRAWN, timezone.now(), reason.strip()[:300]
    report.save(update_fields=["state", "ended_at", "reason"])
    activity.record("report.withdrawn", report, by=by, reason=report.reason)
    return report


@transaction.atomic
def correct(report: Report, *, by: User | None) -> Report:
    """A draft of its next version, with the same words and sections; the figures are read anew.

    The released one stays until the new one is released. Raises Gone; NotReleased, unless it was withdrawn.
    """
    drafting.hold({name: getattr(report, name) for name in KEPT})
    report = drafting.present(report)
    if report.state not in (State.RELEASED, State.WITHDRAWN):
        raise NotReleased
    if present := _versions(report).open().first():
        return present
    found = drafting.scope_of(report)
    newest = _versions(report).order_by("-version").values_list("version", flat=True).first() or 0
    kept = {name: getattr(report, name) for name in (*KEPT, *WRITTEN)}
    kept |= {"first": found.period.first, "last": found.period.last}
    kept |= {"figures": drafting.snapshot(found), "counted_at": timezone.now()}
    made = Report.objects.create(**kept, version=newest + 1, drafted_by_id=getattr(by, "pk", None))
    activity.record("report.corrected", made, by=by, version=made.version)
    return made


@transaction.atomic
def delete(report: Report, *, by: User | None) -> None:
    """Only what was never released; what is deleted already stays so. Raises NotOpen."""
    try:
        report = drafting.held(report)
    except Gone:
        return
    activity.record("report.deleted", report, by=by, version=report.version)
    report.delete()


def _released(report: Report) -> Report:
    report = drafting.locked(report)
    if not report.is_released:
        raise NotReleased
    return report


def _versions(report: Report):
    return Report.objects.about(
        report.kind, first=report.first, campaign_id=report.campaign_id, broadcast_id=report.broadcast_id
    )
