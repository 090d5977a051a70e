"""Credit notes, and what the ledger has changed since an invoice was issued."""

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invoices import crediting, drafts, drift, parties
from invoices.errors import (
    CreditNoteInWork,
    NoDifference,
    NothingToCredit,
    NothingToGiveBack,
    NotIssued,
    TooMuchCredit,
)
from invoices.models import Document
from tests.invoices.factories import NOVEMBER, issue, make_draft, make_invoice, use


def amounts(invoice: Document, **by_key: int) -> dict[int, Decimal]:
    return {invoice.lines.get(key=key).pk: Decimal(amount) for key, amount in by_key.items()}


def credit(invoice: Document, **by_key: int) -> Document:
    chosen = amounts(invoice, **by_key)
    return crediting.make_credit_note(invoice, chosen, reason="Sent twice by mistake", by=None)


def test_a_credit_note_gives_back_part_of_a_line_with_its_tax(public):
    invoice = make_invoice(public)

    note = issue(credit(invoice, messages=2_005))

    assert (note.subtotal, note.tax, note.total) == (2_005, 200, 2_205)
    assert note.number == "S-CN2026-0001"
    assert (note.corrects, note.note) == (invoice, "Sent twice by mistake")
    assert sum(crediting.remaining(invoice).values()) == 90_000 - 2_005


def test_everything_given_back_in_parts_is_the_invoice_to_the_yen(public):
    invoice = make_invoice(public)

    notes = [issue(credit(invoice, messages=part)) for part in (15, 15, 71_970)]
    notes.append(issue(credit(invoice, monthly_fee=18_000)))

    assert sum(note.total for note in notes) == invoice.total
    assert sum(note.tax for note in notes) == invoice.tax
    with pytest.raises(TooMuchCredit):
        credit(invoice, messages=1)


def test_what_is_given_back_is_rounded_as_it_was_charged(public):
    invoice = make_invoice(public, base_fee=Decimal(5))  # 9,000.5 of tax, rounded down
    parties.write_issuer(public.agency, by=None, tax_rounding="up")

    note = issue(credit(invoice, messages=72_000, monthly_fee=18_000, base_fee=5))

    assert (note.tax, note.total) == (9_000, invoice.total)


@pytest.mark.parametrize("amount", [72_001, -1, 10**12])
def test_no_more_than_what_is_left_is_given_back(public, amount):
    invoice = make_invoice(public)

    with pytest.raises(TooMuchCredit):
        credit(invoice, messages=amount)
    note = credit(invoice, messages=72_000)

    assert note.subtotal == 72_000


def test_nothing_is_no_credit_note_and_a_draft_is_not_corrected(public):
    draft = make_draft(public)

    with pytest.raises(NotIssued):
        credit(draft, messages=1)
    with pytest.raises(NothingToCredit):
        credit(issue(draft), messages=0)


def test_one_credit_note_is_in_work_at_a_time(public):
    invoice = make_invoice(public)
    note = credit(invoice, messages=1_000)

    with pytest.raises(CreditNoteInWork):
        credit(invoice, messages=1_000)
    drafts.delete_draft(note, by=None)

    assert credit(invoice, messages=72_000).subtotal == 72_000


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 40_000), min_size=1, max_size=4))
def test_no_order_of_credit_notes_gives_back_more_than_the_invoice(public, parts):
    with transaction.atomic():
        invoice, given_back = make_invoice(public), Decimal(0)
        for part in parts:
            try:
                given_back += issue(credit(invoice, messages=part)).total
            except TooMuchCredit:
                continue
        left = crediting.remaining_by_rate(invoice)
        transaction.set_rollback(True)

    assert given_back <= invoice.total
    assert all(amount >= 0 for amount in left.values())


def test_an_invoice_that_agrees_with_the_ledger_has_no_difference(public):
    invoice = make_invoice(public)

    with pytest.raises(NoDifference):
        drift.bill_next(invoice, by=None)

    assert not drift.of(invoice)


def test_what_the_client_owes_more_goes_on_the_next_invoice_once(public):
    invoice = make_invoice(public)
    use(public, 1_000, name="found by LINE's count")
    owed = drift.of(invoice)

    with pytest.raises(NothingToGiveBack):
        drift.give_back(invoice, by=None)
    following = drift.bill_next(invoice, by=None)

    assert (owed.amount, owed.by_rate) == (3_600, {Decimal("0.1"): Decimal(3_600)})
    assert (following.month, following.lines.get(key=f"correction:{invoice.pk}").amount) == (NOVEMBER, 3_600)
    assert not drift.of(invoice)


def test_what_was_billed_too_much_is_given_back_and_the_ledger_agrees_again(public):
    invoice = make_invoice(public)
    public.contracts.update(rate=Decimal("0.1"))

    note = issue(drift.give_back(invoice, by=None))

    assert note.subtotal == 90_000 - 66_000 - 16_500
    assert not drift.of(invoice)


def test_a_difference_may_also_lower_the_next_invoice(public):
    invoice = make_invoice(public)
    public.contracts.update(rate=Decimal("0.1"))

    following = drift.bill_next(invoice, by=None)
    refreshed = drafts.make_draft(public, NOVEMBER, by=None)

    assert following.pk == refreshed.pk
    assert refreshed.lines.get(key=f"correction:{invoice.pk}").amount == -7_500
    assert not drift.of(invoice)
