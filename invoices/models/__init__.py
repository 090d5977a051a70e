"""Invoices of agencies to their clients; all of it is in the public schema."""

from invoices.models.closing import Wish
from invoices.models.documents import CORRECTION, Document, DocumentLine, DocumentQuerySet, NumberSeries
from invoices.models.parties import Issuer, Recipient

__all__ = [
    "CORRECTION",
    "Document",
    "DocumentLine",
    "DocumentQuerySet",
    "Issuer",
    "NumberSeries",
    "Recipient",
    "Wish",
]
