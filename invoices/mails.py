"""An issued document by mail, when somebody says so."""

from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import translation

from accounts import activity
from accounts.models import Activity, User
from accounts.money import written
from invoices.errors import MailNotSent, NoAddress, NotIssued
from invoices.models import Document

MAILED = "invoice.mailed"


def send(document: Document, *, by: User) -> None:
    """Mail the PDF to the recipient, in the document's language; answers go to whoever sends it.

    Raises NotIssued, NoAddress, MailNotSent (nothing was sent: try again).
    """
    if not document.is_issued:
        raise NotIssued()
    address = document.recipient.get("email")
    if not address:
        raise NoAddress()
    try:
        _message(document, address, by).send()
    except (OSError, SMTPException) as error:
        raise MailNotSent() from error
    activity.record(MAILED, document, by=by, of=document.tenant, number=document.number, to=address)


def sent(document: Document) -> QuerySet[Activity]:
    """When it was mailed, by whom and to whom; the newest first."""
    found = Activity.objects.filter(tenant=document.tenant_id, verb=MAILED, subject=activity.name(document))
    return found.select_related("user").order_by("-pk")


def file_name(document: Document, ending: str = "pdf") -> str:
    return f"{document.number or f'draft-{document.pk}'}.{ending}"


def _message(document: Document, address: str, by: User) -> EmailMessage:
    with translation.override(document.language):
        total = written(document.total, document.currency)
        context = {"document": document, "total": total, "month": f"{document.month:%Y/%m}"}
        subject = render_to_string("invoices/mail_subject.txt", context)
        text = render_to_string("invoices/mail.txt", context)
    message = EmailMessage(" ".join(subject.split()), text, None, [address], reply_to=[by.email])
    message.attach(file_name(document), bytes(document.pdf or b""), "application/pdf")
    return message
