"""What a client sees of its invoices: on its page, in files, by API, in print."""

import re
from decimal import Decimal

import pytest
from django_tenants.utils import schema_context

from invoices import drafts, workbook
from invoices.models import Document
from invoices.printing import fonts
from invoices.printing.pdf import pdf
from tests.api.conftest import caller, make_key
from tests.invoices.factories import OCTOBER, issue, make_draft, make_invoice, make_month, make_parties, use


def as_public(command, *given: object, **named: object):
    with schema_context("public"):
        return command(*given, **named)


def rows(document: Document, *, with_net: bool = False) -> list[list]:
    return [list(row) for row in workbook.sheets(document, with_net=with_net)[1].rows]


def named(found: list[list], name: str) -> list:
    return next(row for row in found if row[1] == name)


def test_a_client_sees_what_is_issued_and_no_draft(tenant, visit):
    draft = as_public(make_draft, tenant)
    marketer = visit("marketer")

    before = marketer.read("cost/invoices/")
    refused = marketer.get(f"cost/invoices/{draft.pk}/pdf/")
    invoice = as_public(issue, draft)
    after = marketer.read("cost/invoices/")
    given = marketer.get(f"cost/invoices/{invoice.pk}/pdf/")

    assert "has not issued an invoice yet" in before
    assert refused.status_code == 404
    assert "S-2026-0001" in after
    assert "¥99,000" in after
    assert given.content == bytes(invoice.pdf)


def test_a_client_never_sees_anothers(tenant, other_tenant, visit):
    theirs = as_public(make_invoice, other_tenant)
    marketer = visit("marketer")

    assert "S-2026-0001" not in marketer.read("cost/invoices/")
    assert marketer.get(f"cost/invoices/{theirs.pk}/pdf/").status_code == 404
    assert marketer.get(f"cost/invoices/{theirs.pk}/excel/").status_code == 404


def test_a_creator_sees_no_invoices(tenant, visit):
    assert visit("creator").get("cost/invoices/").status_code == 403
    assert visit("viewer").get("cost/invoices/").status_code == 200


def test_the_statement_sums_to_the_lines_of_the_invoice(public):
    make_month(public, 40_001, rate=Decimal("0.111"))
    use(public, 7, name="2")
    invoice = issue(drafts.make_draft(public, OCTOBER, by=None))

    found = rows(invoice)
    billed = invoice.lines.get(key="messages").amount

    assert named(found, "Autumn sale")[3:6] == [40_001, 30_000, 10_001]
    assert named(found, "Messages: sum of sends")[6] == Decimal("33356.664")  # 10,008 × 3 × 1.111
    assert named(found, "Messages: on the invoice")[6] == billed


def test_the_statement_tells_what_rounding_and_minimum_add(public):
    make_month(public, 30_001, minimum=Decimal(5_000))
    document = drafts.make_draft(public, OCTOBER, by=None)

    found = rows(document)

    assert named(found, "Messages: sum of sends")[6] == Decimal("3.6")
    assert named(found, "Rounding")[6] == Decimal("-0.6")
    assert named(found, "Up to the least charge")[6] == 4_997
    assert named(found, "Messages: on the invoice")[6] == 5_000


def test_lines_cost_stands_in_the_statement_only_for_who_sees_it(public):
    invoice = make_invoice(public)

    [net, gross] = [workbook.sheets(invoice, with_net=with_net)[1].header for with_net in (True, False)]

    assert net == [*gross, "LINE’s cost"]
    assert named(rows(invoice, with_net=True), "Autumn sale")[6:] == [Decimal("72000.00000"), Decimal(60_000)]
    assert named(rows(invoice), "Autumn sale")[6:] == [Decimal(72_000)]


def test_the_statement_stays_as_it_was_issued(public):
    invoice = make_invoice(public)
    before = rows(invoice)

    use(public, 5_000, name="later")

    assert rows(Document.objects.get(pk=invoice.pk)) == before


def test_statements_by_api(tenant):
    invoice = as_public(make_invoice, tenant)
    as_public(use, tenant, 10, name="2", at=invoice.issued_at)
    program = caller(make_key(tenant, "invoices.view_document", "billing.view_ledgerentry"))

    months = program.get("statements/").json()
    whole = program.get("statements/2026-10/").json()
    file = program.get("statements/2026-10/pdf/")

    assert [(each["month"], each["state"]) for each in months] == [("2026-11", "open"), ("2026-10", "issued")]
    assert Decimal(whole["balance"]) == 99_000
    assert [line["key"] for line in whole["lines"]] == ["messages", "monthly_fee"]
    assert (Decimal(whole["sends"][0]["amount"]), whole["sends"][0]["cost"]) == (72_000, None)
    assert file.content == bytes(invoice.pdf)
    assert program.get("statements/2026-10/excel/").status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("statements/2026-09/", 404),
        ("statements/2026-13/", 400),
        ("statements/🍣/", 400),
        ("statements/2026-10/pdf/", 404),
        ("statements/2026-10/pdf/?number=S-2026-0001", 404),
    ],
)
def test_a_month_without_an_invoice_has_no_file(tenant, path, status):
    as_public(make_draft, tenant)
    program = caller(make_key(tenant, "invoices.view_document"))

    assert program.get(path).status_code == status
    assert program.get("statements/2026-10/").json()["documents"] == []


def test_the_pdf_embeds_its_font_as_a_subset(public):
    content = pdf(make_draft(public), [])

    assert re.search(rb"/FontFile2", content)
    assert re.search(rb"\+IPAexGothic", content)
    assert len(content) < 200_000


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("count", [0, 1, 60])
def test_documents_of_any_length_are_printed(public, language, count):
    make_parties(public, language=language, name="とても長い名前の会社 🍣 が <b>&" * 4)
    document = drafts.make_draft(public, OCTOBER, by=None)
    line = {"quantity": Decimal("1.5"), "unit_price": Decimal(1_234), "tax_rate": Decimal("0.08")}
    for place in range(count):
        text = f"撮影用の食材 <i>{place}</i>" * 5
        drafts.write_line(document, by=None, reason="Agreed", text=text, **line)

    content = pdf(document, list(document.lines.all()))

    pages = len(re.findall(rb"/Type /Page\b", content))
    assert pages == 1 if count < 60 else pages > 2


def test_signs_that_the_font_lacks_leave_a_mark_and_never_a_gap():
    assert fonts.printable("髙﨑商店 ㈱") == "髙﨑商店 ㈱"
    assert fonts.printable("寿司🍣\x00‮") == "寿司〓"
    assert fonts.printable("か\u3099") == "が"
    assert fonts.printable("฿1,280.50") == "THB 1,280.50"
