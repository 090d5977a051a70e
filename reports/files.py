"""A report as a file: the PDF as it was released, else as it would be now."""

from accounts import current
from agency_library import branding
from reports.models import Report
from reports.printing import pdf
from reports.workbook import excel


def pdf_of(report: Report, language: str) -> bytes:
    if kept := report.files.filter(language=language).first():
        return bytes(kept.content)
    return pdf(report, language, branding.of(current.tenant().agency_id))


def excel_of(report: Report, language: str) -> bytes:
    """Of the figures that are kept with the report: a released one's never change."""
    return excel(report, language, branding.of(current.tenant().agency_id))
