"""Invoices of agencies to their clients; all of it is in the public schema."""

from invoices.models.documents import Document, DocumentLine, NumberSeries
from invoices.models.parties import Issuer, Recipient

__all__ = ["Document", "DocumentLine", "Issuer", "NumberSeries", "Recipient"]
