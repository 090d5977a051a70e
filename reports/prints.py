"""PDFs of reports drawn ahead, between the review and the release.

A report with many pictured sends takes seconds to draw, in two languages. What was drawn is used only for the
report as it was drawn (`edit`) and in the look that the agency has at its release.
"""

import hashlib
import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, transaction

from accounts import board, current
from agency_library import branding
from agency_library.models import AgencyBranding
from reports.models import Language, Report, ReportPrint
from reports.picturing import Pictures
from reports.printing import pdf

logger = logging.getLogger(__name__)
KIND = "report_prints"  # on the work board
LOOK = ("accent", "footer", "contact", "logo", "logo_width", "logo_height")  # what is on paper of the agency


def of(report: Report) -> dict[str, bytes]:
    """The PDF of the report in each language, as it is released; what is not there yet is drawn."""
    look = branding.of(current.tenant().agency_id)
    known = {each.language: bytes(each.content) for each in _present(report, look)}
    pictures = Pictures()
    return {
        language: known.get(language) or pdf(report, language, look, is_released=True, pictures=pictures)
        for language in Language.values
    }


def drawn(report: Report) -> int:
    """In how many languages it is there."""
    return _present(report, branding.of(current.tenant().agency_id)).count()


def is_drawing() -> bool:
    """Whether more can be expected: not after one that broke, nor after the agency's look was changed."""
    return board.is_called(KIND)


def draw_all(*, keep: Callable[[], None]) -> None:
    """Draw what is missing of reports that are reviewed, the oldest first. `keep` is called after each.

    One that breaks is left to its release, where somebody sees it.
    """
    for report in Report.objects.filter(state=Report.State.REVIEWED).order_by("pk"):
        look, pictures = branding.of(current.tenant().agency_id), Pictures()
        known = set(_present(report, look).values_list("language", flat=True))
        for language in Language.values:
            if language not in known:
                _draw(report, language, look, pictures)
                keep()


def _draw(report: Report, language: str, look: AgencyBranding, pictures: Pictures) -> None:
    try:
        content = pdf(report, language, look, is_released=True, pictures=pictures)
    except (OperationalError, InterfaceError):  # the database is away
        raise
    except Exception:
        logger.exception("report.not_drawn", extra={"report": report.pk, "language": language})
        return
    facts = {"edit": report.edit, "look": _digest(look), "content": content}
    with transaction.atomic():
        rows = Report.objects.select_for_update(of=["self"])
        if rows.filter(pk=report.pk, state=Report.State.REVIEWED, edit=report.edit).exists():
            ReportPrint.objects.update_or_create(report=report, language=language, defaults=facts)


def _present(report: Report, look: AgencyBranding):
    return report.prints.filter(edit=report.edit, look=_digest(look))


def _digest(look: AgencyBranding) -> str:
    parts = (getattr(look, name) for name in LOOK)
    said = (bytes(part) if isinstance(part, bytes | memoryview) else str(part).encode() for part in parts)
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in said)).hexdigest()
