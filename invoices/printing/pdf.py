"""An invoice or credit note as PDF, in the language of its recipient.

It says what a qualified invoice (適格請求書) has to: issuer and registration number, the period of the
transactions, what they were with a mark at the reduced rate, amounts by rate with the rate, tax by rate, and
the recipient; a credit note (適格返還請求書) its own date, the invoice it corrects and its period, and the
same sums. Source: https://www.nta.go.jp/taxes/shiraberu/zeimokubetsu/shohi/keigenzeiritsu/invoice_about.htm
"""

import io
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from accounts.money import unit_written, written
from invoices import sums
from invoices.models import Document, DocumentLine, Issuer
from invoices.printing import fonts, pages, parts
from invoices.printing.parts import Strong, Writer

MARK = "※"


def pdf(document: Document, lines: Sequence[DocumentLine]) -> bytes:
    """The file. Of what is not issued, each page says that it is a draft."""
    with translation.override(document.language):
        file = io.BytesIO()
        fonts.font()
        name = f"{document.get_kind_display()} {document.number}".strip()
        foot = fonts.printable(f"{document.issuer.get('name', '')}  {name}")
        sheets = pages.Sheets(file, title=name, author=document.issuer.get("name", ""), creator="Musubi")
        mark = "" if document.is_issued else _("DRAFT")
        sheets.build(list(_content(document, lines)), canvasmaker=pages.canvas(foot, mark))
        return file.getvalue()


def _title(document: Document) -> str:
    if document.is_invoice:
        return _("INVOICE")
    return _("CREDIT NOTE (qualified return invoice)") if document.is_qualified else _("CREDIT NOTE")


def _content(document: Document, lines: Sequence[DocumentLine]) -> Iterator[Flowable]:
    writer = Writer(document.language)
    yield Strong(_title(document), 20, align="center")
    yield Spacer(0, 6 * mm)
    yield parts.side_by_side(_recipient(document, writer), _issuer(document, writer))
    yield Spacer(0, 6 * mm)
    yield writer.text(_greeting(document), 9.5)
    yield Spacer(0, 3 * mm)
    label = _("Amount due (tax included)") if document.is_invoice else _("Amount returned (tax included)")
    yield parts.total_box(writer, label, written(document.total, document.currency))
    yield Spacer(0, 4 * mm)
    yield parts.facts(writer, _facts(document))
    yield Spacer(0, 5 * mm)
    yield _lines(document, lines, writer)
    yield Spacer(0, 5 * mm)
    notes = [Spacer(0, 2 * mm), *_notes(document, lines, writer), *_remarks(document, writer)]
    yield KeepTogether([_taxes(document, writer), *notes])


def _recipient(document: Document, writer: Writer) -> list[Flowable]:
    to = document.recipient
    name, person = to.get("name") or document.tenant.name, to.get("department", "")
    width = pages.WIDTH * 0.52
    addressed = name if person else _("To: %(name)s") % {"name": name}
    found: list[Flowable] = [parts.name(writer, addressed, 14, width=width), Spacer(0, 1.5 * mm)]
    if person:
        found.append(writer.text(_("Attn.: %(person)s") % {"person": person}, 10.5))
    return [*found, writer.text(to.get("address", ""))]


def _issuer(document: Document, writer: Writer) -> list[Flowable]:
    by, number = document.issuer, document.issuer.get("registration_number")
    rows = [
        (_("Number"), document.number or "–"),
        (_("Date of issue"), _day(document.issued_on) or "–"),
    ]
    if document.corrects:
        rows += [(_("Corrects"), document.corrects.number)]
        rows += [(_("issued on"), _day(document.corrects.issued_on))]
    width = pages.WIDTH * 0.45
    contact = "\n".join(filter(None, (by.get("address"), by.get("phone"), by.get("email"))))
    return [
        parts.facts(writer, rows, width=width),
        Spacer(0, 3 * mm),
        parts.name(writer, by.get("name", ""), 11.5, width=width),
        writer.text(contact),
        *([writer.text(_("Registration number: %(number)s") % {"number": number})] if number else []),
    ]


def _greeting(document: Document) -> str:
    return _("We ask for payment of the following.") if document.is_invoice else _("We return the following.")


def _facts(document: Document) -> list[tuple[str, object]]:
    subject = _("LINE Official Account of %(client)s, %(month)s")
    month = f"{document.month.year}年{document.month.month}月分"
    named = month if document.language == "ja" else f"{document.month:%B %Y}"
    period = f"{_day(document.from_on)} – {_day(document.to_on)}"
    rows: list[tuple[str, object]] = [
        (_("Subject"), subject % {"client": document.tenant.name, "month": named}),
        (_("Period of service"), period),
    ]
    if document.is_invoice:
        rows += [
            (_("Closed on"), _day(document.closing_on)),
            (_("Payment due"), _day(document.due_on)),
            (_("Pay to"), document.issuer.get("bank_account")),
        ]
    return rows


def _lines(document: Document, lines: Sequence[DocumentLine], writer: Writer) -> Flowable:
    head = [
        _("No."),
        _("What it is for"),
        _("Quantity"),
        _("Unit price"),
        _("Tax rate"),
        _("Amount before tax"),
    ]
    currency = document.currency
    rows = [
        [
            place,
            f"{line.text} {MARK}" if line.is_reduced else line.text,
            f"{parts.figure(line.quantity)} {line.unit}".strip(),
            _price(line, currency),
            parts.per_cent(line.tax_rate),
            written(line.amount, currency),
        ]
        for place, line in enumerate(lines, start=1)
    ]
    foot = ["", _("Total before tax"), "", "", "", written(document.subtotal, currency)]
    widths, texts = [10, 67, 32, 26, 17, 30], frozenset({0, 1})
    return parts.listing(writer, head, rows, widths, text_columns=texts, foot=foot)


def _taxes(document: Document, writer: Writer) -> Flowable:
    head = [_("Tax rate"), _("Total before tax"), _("Consumption tax"), _("Total with tax")]
    currency = document.currency
    rows = [
        [
            _("Subject to %(rate)s") % {"rate": parts.per_cent(each.rate)},
            *(written(amount, currency) for amount in (each.base, each.tax, each.total)),
        ]
        for each in sums.rates(document)
    ]
    totals: list[Decimal] = [document.subtotal, document.tax, document.total]
    foot = [_("Total"), *(written(amount, currency) for amount in totals)]
    return parts.listing(writer, head, rows, [40, 44, 44, 44], text_columns=frozenset({0}), foot=foot)


def _notes(document: Document, lines: Sequence[DocumentLine], writer: Writer) -> Iterator[Flowable]:
    if any(line.is_reduced for line in lines):
        yield writer.text(_("※ Subject to the reduced tax rate."), 8, quiet=True)
    ways = {
        Issuer.Rounding.DOWN: _("Tax is reckoned from the total of each rate; fractions are dropped."),
        Issuer.Rounding.HALF_UP: _("Tax is reckoned from the total of each rate, to the nearest unit."),
        Issuer.Rounding.UP: _("Tax is reckoned from the total of each rate; fractions are rounded up."),
    }
    yield writer.text(ways[Issuer.Rounding(sums.rule(document).rounding)], 8, quiet=True)


def _remarks(document: Document, writer: Writer) -> Iterator[Flowable]:
    if document.note:
        head = _("Remarks") if document.is_invoice else _("Reason")
        yield Spacer(0, 4 * mm)
        yield writer.text(head, quiet=True)
        yield writer.text(document.note)


def _price(line: DocumentLine, currency: str) -> str:
    return "" if line.unit_price is None else _bare(unit_written(line.unit_price, currency))


def _bare(price: str) -> str:
    """A price of whole yen without the decimal that prices of messages have."""
    return price.removesuffix(".0")


def _day(day: date | None) -> str:
    if day is None:
        return ""
    return f"{day:%Y/%m/%d}" if translation.get_language() == "ja" else f"{day:%Y-%m-%d}"
