"""From a draft to an invoice that never changes."""

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Activity
from billing import ledger
from billing import services as billing
from billing.models import NoticePrice
from contracts import services as contracts
from contracts.models import ContractOption
from invoices import drafts, issuing, parties
from invoices.errors import AlreadyIssued, CannotBeIssued, NotReviewed, ReckonedLine
from invoices.models import Document, DocumentLine, NumberSeries
from tests.billing.factories import make_entry
from tests.invoices.factories import (
    MID_OCTOBER,
    NOVEMBER,
    OCTOBER,
    issue,
    make_contract,
    make_draft,
    make_invoice,
    make_month,
    make_parties,
    use,
)


def line(document: Document, key: str) -> DocumentLine:
    return document.lines.get(key=key)


def test_a_draft_has_what_ledger_and_contract_say(public):
    document = make_draft(public)

    assert (line(document, "messages").amount, line(document, "monthly_fee").amount) == (72_000, 18_000)
    assert (document.subtotal, document.tax, document.total) == (90_000, 9_000, 99_000)
    assert document.taxes == [{"rate": "0.1", "base": "90000.00", "tax": "9000"}]
    assert (document.closing_on, document.due_on) == (date(2026, 10, 31), date(2026, 11, 30))
    assert (document.from_on, document.to_on) == (OCTOBER, date(2026, 10, 31))


def test_options_have_their_own_tax(public):
    make_month(public)
    contract = public.contracts.get()
    ContractOption.objects.create(
        contract=contract,
        name_ja="撮影用の食材",
        name_en="Food to photograph",
        unit_price=1_851,
        tax_rate="0.08",
    )

    document = drafts.make_draft(public, OCTOBER, by=None)

    assert [row["tax"] for row in document.taxes] == ["9000", "148"]
    assert document.lines.get(tax_rate="0.08").is_reduced
    assert document.total == 90_000 + 9_000 + 1_851 + 148


def test_drafting_again_brings_a_draft_up_to_date_and_keeps_what_people_wrote(public):
    document = make_draft(public)
    drafts.write_line(
        document,
        by=None,
        reason="Agreed",
        text="Discount",
        quantity=1,
        unit_price=Decimal(-500),
        tax_rate="0.10",
    )

    use(public, 10_000, name="2")
    again = drafts.make_draft(public, OCTOBER, by=None)

    assert again.pk == document.pk
    assert line(again, "messages").amount == (60_000 + 30_000) * Decimal("1.2")
    assert [each.text for each in again.lines.all()][-1] == "Discount"
    assert again.subtotal == 108_000 + 18_000 - 500


def test_drafting_all_again_leaves_what_somebody_has_reviewed(public):
    document = issuing.review(make_draft(public), by=None)

    use(public, 10_000, name="2")
    again = drafts.make_draft(public, OCTOBER, by=None)

    assert (again.state, again.subtotal) == ("reviewed", document.subtotal)


def test_any_change_makes_a_reviewed_invoice_a_draft_again(public):
    document = issuing.review(make_draft(public), by=None)

    drafts.change_details(document, due_on=date(2026, 12, 10), note="Thank you", by=None)

    document.refresh_from_db()
    assert (document.state, document.reviewed_at, document.due_on) == ("draft", None, date(2026, 12, 10))


def test_a_due_date_set_by_hand_stays_until_the_rule_is_another(public):
    document = make_draft(public)
    drafts.change_details(document, due_on=date(2026, 12, 24), note="", by=None)

    parties.write_recipient(public, by=None, name="Renamed K.K.")
    renamed = drafts.reckon_again(document, by=None).due_on
    parties.write_recipient(public, by=None, due_day=10)
    ruled = drafts.reckon_again(document, by=None).due_on

    assert (renamed, ruled) == (date(2026, 12, 24), date(2026, 11, 10))


def test_a_reckoned_line_is_not_written_by_hand(public):
    document = make_draft(public)
    own = drafts.write_line(
        document,
        by=None,
        reason="Agreed",
        text="Design",
        quantity=2,
        unit_price=Decimal(100),
        tax_rate="0.10",
    )

    with pytest.raises(ReckonedLine):
        drafts.remove_line(line(document, "messages"), by=None, reason="Too dear")
    drafts.change_line(own, by=None, reason="Typing error", quantity=Decimal(3))

    document.refresh_from_db()
    assert document.subtotal == 90_300
    assert Activity.objects.filter(verb="invoice.line_changed", detail__reason="Typing error").exists()


def test_issuing_gives_a_number_and_keeps_the_pdf(public):
    document = make_invoice(public)

    stored = Document.objects.get(pk=document.pk)
    assert stored.number == "S-2026-0001"
    assert stored.issued_on == date(2026, 11, 22)
    assert bytes(stored.pdf).startswith(b"%PDF")
    assert hashlib.sha256(stored.pdf).hexdigest() == stored.pdf_sha256
    assert stored.issuer["registration_number"] == "T7123456789012"


def test_numbers_count_up_and_a_refused_issue_leaves_no_gap(public, other_tenant):
    first = make_invoice(public)
    second = make_draft(other_tenant)

    with pytest.raises(NotReviewed):
        issuing.issue(second, by=None)
    second = issue(second)

    assert (first.number, second.number) == ("S-2026-0001", "S-2026-0002")
    assert NumberSeries.objects.get().last == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda tenant: use(tenant, 5, name="late"), "Reckon again"),
        (lambda tenant: tenant.contracts.update(rate="0.25"), "Reckon again"),
        (lambda tenant: parties.write_recipient(tenant, by=None, name="Renamed K.K."), "Reckon again"),
        (lambda tenant: tenant.invoice_recipient.delete(), "No recipient"),
        (lambda tenant: tenant.agency.issuer.delete(), "details are missing"),
    ],
)
def test_what_has_changed_since_the_review_is_not_issued(public, change, said):
    document = issuing.review(make_draft(public), by=None)

    change(public)

    with pytest.raises(CannotBeIssued) as refusal:
        issuing.issue(document, by=None)
    assert said in refusal.value.message


def test_what_is_below_zero_is_given_back_and_not_billed(public):
    document = make_draft(public)
    discount = {"text": "Discount", "tax_rate": Decimal("0.1"), "unit_price": Decimal(-90_001)}
    line = drafts.write_line(document, by=None, reason="Agreed", **discount)

    issuing.review(document, by=None)
    with pytest.raises(CannotBeIssued) as refusal:
        issuing.issue(document, by=None)
    drafts.change_line(line, by=None, reason="Agreed", unit_price=Decimal(-90_000))

    assert "below zero" in refusal.value.message
    assert issue(document).total == 0


def test_notification_messages_in_another_currency_are_not_added_up(public):
    make_month(public)
    price = NoticePrice.objects.create(
        tenant=public, valid_from=OCTOBER, unit_price=10, currency="THB", source="Contract"
    )
    with transaction.atomic():
        ledger.post_notices(public.pk, [make_entry(100, "notice:1/batch:1", at=MID_OCTOBER)])
    document = issuing.review(drafts.make_draft(public, OCTOBER, by=None), by=None)

    with pytest.raises(CannotBeIssued) as refusal:
        issuing.issue(document, by=None)
    NoticePrice.objects.filter(pk=price.pk).update(currency="JPY")

    assert "one currency" in refusal.value.message
    assert issuing.issue(document, by=None).number


def test_the_present_month_is_drafted_but_not_issued(public):
    make_month(public)
    document = issuing.review(drafts.make_draft(public, NOVEMBER, by=None), by=None)

    with pytest.raises(CannotBeIssued) as refusal:
        issuing.issue(document, by=None)

    assert "not over" in refusal.value.message


def test_without_a_contract_it_is_billed_at_cost(public):
    billing.subscribe(public.pk, plan="standard", since=date(2026, 1, 1))
    use(public, 50_000)

    document = drafts.make_draft(public, OCTOBER, by=None)

    assert document.subtotal == 60_000 + 15_000
    assert "no_contract" in [each.code for each in issuing.all_hindrances(document)]


@pytest.mark.parametrize(
    "change",
    [
        lambda document: Document.objects.filter(pk=document.pk).update(note="Another"),
        lambda document: Document.objects.filter(pk=document.pk).update(pdf=b""),
        lambda document: DocumentLine.objects.filter(document=document).update(amount=1),
        lambda document: DocumentLine.objects.filter(document=document).delete(),
        lambda document: DocumentLine.objects.create(
            document=document, tenant=document.tenant, position=99, text="More", amount=1, tax_rate=0
        ),
    ],
)
def test_the_database_refuses_every_change_to_what_is_issued(public, change):
    document = make_invoice(public)

    with pytest.raises(IntegrityError), transaction.atomic():
        change(document)

    assert Document.objects.get(pk=document.pk).lines.count() == 2


def test_commands_refuse_what_is_issued(public):
    document = make_invoice(public)

    with pytest.raises(AlreadyIssued):
        drafts.delete_draft(document, by=None)
    with pytest.raises(AlreadyIssued):
        drafts.make_draft(public, OCTOBER, by=None)


def test_a_contract_that_an_issued_month_used_is_known_to_be_used(public):
    make_draft(public)
    before = contracts.is_used(public.contracts.get())
    issue(Document.objects.get())

    assert (before, contracts.is_used(public.contracts.get())) == (False, True)


def test_a_clients_database_role_sees_what_is_issued_to_it_and_no_draft(tenant, other_tenant):
    with schema_context("public"):
        issued, draft = make_invoice(tenant), None
        draft = make_draft(other_tenant)

    with tenant_context(tenant):
        mine = list(Document.objects.values_list("pk", flat=True))
        lines = set(DocumentLine.objects.values_list("document", flat=True))
    with tenant_context(other_tenant):
        theirs = list(Document.objects.values_list("pk", flat=True))

    assert (mine, lines, theirs) == ([issued.pk], {issued.pk}, [])
    assert draft.state == "draft"


def test_a_quiet_month_without_fees_is_an_invoice_over_nothing(public):
    make_contract(public, kind="per_message", unit_price=Decimal(4), passes_monthly_fee=False)
    make_parties(public)

    document = issue(drafts.make_draft(public, OCTOBER, by=None))

    assert (document.total, document.lines.count()) == (0, 0)
