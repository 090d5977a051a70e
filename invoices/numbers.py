"""Numbers of documents: one series for each agency, kind and year, without gaps."""

from datetime import date

from invoices.models import Document, NumberSeries

CREDIT_MARK = "CN"


def give(document: Document, *, on: date, prefix: str) -> str:
    """The next number of its series, such as `S-2026-0007`, or `S-CN2026-0001` of a credit note.

    Until the caller's transaction ends the series is locked, and others wait: a number that is rolled back is
    given again. So call it last.
    """
    NumberSeries.objects.get_or_create(agency_id=document.agency_id, name=_name(document, on))
    series = NumberSeries.objects.select_for_update().get(agency=document.agency_id, name=_name(document, on))
    series.last += 1
    series.save(update_fields=["last"])
    mark = "" if document.is_invoice else CREDIT_MARK
    return f"{prefix}{mark}{on:%Y}-{series.last:04}"


def _name(document: Document, on: date) -> str:
    return f"{document.kind}:{on:%Y}"
