"""Closing the months of an agency's clients in its console."""

from datetime import date
from decimal import Decimal

import pytest
from django.core import mail
from django_tenants.utils import tenant_context

from accounts import services as accounts
from accounts.models import Activity, Tenant
from billing.models import DayCount
from invoices import closing, crediting, issuing
from invoices.models import Document, Issuer, Recipient, Wish
from tests.factories import make_user
from tests.invoices.factories import (
    NUMBER,
    OCTOBER,
    issue,
    make_agency,
    make_draft,
    make_invoice,
    make_month,
    use,
)
from tests.visiting import Visitor, sign_in

MONTH = {"month": "2026-10"}
LINE = {
    "text": "Design",
    "quantity": "2",
    "unit_price": "25000",
    "tax_rate": "0.10",
    "reason": "Agreed by phone",
}


@pytest.fixture
def finance(tenant) -> Visitor:
    return staff("finance", tenant)


def staff(role: str, tenant: Tenant) -> Visitor:
    """Somebody of the client's agency."""
    with tenant_context(tenant):
        return sign_in(make_user(role, whole_agency=True))


def work_off(*tenants: Tenant) -> None:
    """What the work board would wake."""
    for each in tenants:
        with tenant_context(each):
            closing.fulfil(each)


def test_all_clients_of_the_agency_are_drafted_and_their_hindrances_told(public, other_tenant, finance):
    make_month(public)

    said = finance.send("/agency/invoices/drafts/", MONTH)
    work_off(public, other_tenant)
    page = finance.read("/agency/invoices/", MONTH)

    assert "Clients: 2" in said
    assert page.count("No recipient is entered.") == 1  # Cosmetics has none
    assert "¥90,000" in page
    assert "LINE has not counted the last day yet." in page
    assert Document.objects.filter(month=OCTOBER, state="draft").count() == 2


def test_what_line_has_counted_is_no_hindrance(public, finance):
    make_month(public)
    before = finance.read("/agency/invoices/", MONTH)

    counted = {"day": date(2026, 10, 31), "is_ready": True, "read_at": "2026-11-02T00:00:00Z"}
    DayCount.objects.create(tenant=public, **counted)

    assert "LINE has not counted the last day yet." in before
    assert "LINE has not counted the last day yet." not in finance.read("/agency/invoices/", MONTH)


def test_progress_is_told_until_the_work_is_done(public, other_tenant, finance):
    finance.post("/agency/invoices/drafts/", MONTH)
    work_off(public)
    half = finance.get("/agency/invoices/progress/", MONTH)
    work_off(other_tenant)
    done = finance.get("/agency/invoices/progress/", MONTH)

    assert "1 of 2 clients" in half.content.decode()
    assert done["HX-Refresh"] == "true"


def test_one_client_is_drafted_by_itself(public, other_tenant, finance):
    finance.post("/agency/invoices/drafts/", MONTH | {"client": "apparel"})

    assert list(Wish.objects.values_list("tenant", flat=True)) == [public.pk]


def test_from_draft_to_issued_step_by_step(public, finance):
    draft = make_draft(public)
    address = f"/agency/invoices/{draft.pk}/"

    finance.send(f"{address}lines/", LINE)
    too_early = finance.send(f"{address}issue/", {})
    finance.send(f"{address}review/", {})
    asked = finance.read(f"{address}issue/")
    issued = finance.send(f"{address}issue/", {})

    assert "Somebody has to review it first" in too_early
    assert "This cannot be taken back" in asked
    assert "¥154,000" in asked
    assert "S-2026-0001" in issued
    assert "Design" in issued


def test_a_line_needs_a_reason_and_sensible_figures(public, finance):
    draft = make_draft(public)
    address = f"/agency/invoices/{draft.pk}/lines/"

    answers = [
        finance.post(address, LINE | wrong).status_code
        for wrong in (
            {"reason": ""},
            {"quantity": "0"},
            {"unit_price": "🍣"},
            {"tax_rate": "0.5"},
            {"text": "あ" * 201},
            {"quantity": "9999999999", "unit_price": "-9999999999"},
        )
    ]
    right = finance.post(address, LINE | {"text": "撮影🍣 (が)"})

    assert (set(answers), right.status_code) == ({200}, 302)
    assert draft.lines.filter(key="").count() == 1


def test_lines_are_changed_and_removed_with_a_reason_in_the_log(public, finance):
    draft = make_draft(public)
    finance.post(f"/agency/invoices/{draft.pk}/lines/", LINE)
    line = draft.lines.get(text="Design")
    address = f"/agency/invoices/{draft.pk}/lines/{line.pk}/"

    finance.post(address, LINE | {"unit_price": "-500", "reason": "A discount after all"})
    lowered = Document.objects.get(pk=draft.pk).subtotal
    finance.post(f"{address}remove/", {"reason": "Not this month"})

    assert lowered == 90_000 - 1_000
    assert Document.objects.get(pk=draft.pk).subtotal == 90_000
    reasons = Activity.objects.filter(verb__startswith="invoice.line").values_list(
        "detail__reason", flat=True
    )
    assert set(reasons) == {"Agreed by phone", "A discount after all", "Not this month"}
    assert "Design −¥1,000" in finance.read(f"/agency/invoices/{draft.pk}/")


def test_reviewed_invoices_are_issued_together_once_confirmed(public, other_tenant, finance):
    for each in (public, other_tenant):
        draft = make_draft(each)
        finance.post(f"/agency/invoices/{draft.pk}/review/")

    asked = finance.read("/agency/invoices/issue/", MONTH)
    finance.post("/agency/invoices/issue/", MONTH)
    work_off(public, other_tenant)

    assert "2 reviewed invoices" in asked
    numbers = Document.objects.issued().values_list("number", flat=True)
    assert sorted(numbers) == ["S-2026-0001", "S-2026-0002"]


def test_what_cannot_be_issued_with_the_others_says_why(public, finance):
    draft = make_draft(public)
    finance.post(f"/agency/invoices/{draft.pk}/review/")
    use(public, 10, name="late")

    finance.post("/agency/invoices/issue/", MONTH)
    work_off(public)

    assert "have changed since" in finance.read("/agency/invoices/", MONTH)


def test_the_issuers_registration_number_is_checked(public, finance):
    given = {"name": "Sakura Agency", "tax_rounding": "down"}

    wrong = finance.send("/agency/invoices/issuer/sakura/", given | {"registration_number": "T8123456789012"})
    finance.send("/agency/invoices/issuer/sakura/", given | {"registration_number": "ｔ7-1234-5678-9012"})

    assert "This is no registration number" in wrong
    assert Issuer.objects.get().registration_number == NUMBER


def test_the_recipient_says_when_the_month_is_closed_and_due(public, finance):
    given = {
        "name": "Apparel K.K.",
        "language": "ja",
        "closing_day": "25",
        "due_months": "2",
        "due_day": "10",
    }

    wrong = finance.send("/agency/invoices/recipients/apparel/", given | {"closing_day": "32"})
    finance.post("/agency/invoices/recipients/apparel/", given)
    page = finance.read("/agency/invoices/recipients/apparel/")

    assert "less than or equal to 31" in wrong
    assert Recipient.objects.get().closing_day == 25
    assert "closed on 2026/11/25 and falls due on 2027/01/10" in page


def test_a_difference_is_shown_and_settled(public, finance):
    invoice = make_invoice(public)
    use(public, 1_000, name="late")
    address = f"/agency/invoices/{invoice.pk}/"

    listed = finance.read("/agency/invoices/", MONTH)
    shown = finance.read(address)
    refused = finance.send(f"{address}difference/", {"way": "credit"})
    finance.post(f"{address}difference/", {"way": "next"})

    assert "The ledger has changed by ¥3,600 since" in listed
    assert "The ledger has changed by ¥3,600 since" in shown
    assert "The client owes more than was billed" in refused
    assert "The ledger has changed" not in finance.read(address)


def test_what_was_credited_by_hand_is_told_beside_a_difference(public, finance):
    invoice = make_invoice(public)
    public.contracts.update(rate=Decimal("0.1"))
    given = {invoice.lines.get(key="messages").pk: Decimal(6_000)}

    before = finance.get(invoice.get_absolute_url()).content.decode()
    crediting.make_credit_note(invoice, given, reason="Sent twice", by=None)
    after = finance.get(invoice.get_absolute_url()).content.decode()

    assert "changed by −¥7,500 since" in before
    assert "by hand" not in before
    assert "by hand (¥6,000 before tax)" in after


def test_a_credit_note_is_drafted_from_the_lines(public, finance):
    invoice = make_invoice(public)
    line = invoice.lines.get(key="messages")
    address = f"/agency/invoices/{invoice.pk}/credit/"

    everything = finance.read(f"{address}?all=1")
    too_much = finance.send(address, {f"line_{line.pk}": "72001", "reason": "Sent twice"})
    drafted = finance.send(address, {f"line_{line.pk}": "1000", "reason": "Sent twice"})

    assert 'value="72000"' in everything
    assert "less than or equal to 72000" in too_much
    assert "¥1,100" in drafted
    assert "Excel with each send" not in drafted


def test_a_deleted_draft_leads_back_to_its_month(public, finance):
    draft = make_draft(public)

    answer = finance.post(f"/agency/invoices/{draft.pk}/delete/")

    assert answer["Location"] == f"/agency/invoices/?month=2026-10&agency={public.agency.slug}"


def test_the_pdf_of_an_issued_invoice_is_the_stored_one(public, finance):
    draft = make_draft(public)
    preview = finance.get(f"/agency/invoices/{draft.pk}/pdf/")
    invoice = issue(draft)

    given = finance.get(f"/agency/invoices/{invoice.pk}/pdf/")

    assert preview.content.startswith(b"%PDF")
    assert given.content == bytes(invoice.pdf)
    assert given["Content-Disposition"] == 'inline; filename="S-2026-0001.pdf"'


def test_it_is_mailed_when_somebody_says_so_and_the_log_knows(public, finance):
    invoice = make_invoice(public)
    address = f"/agency/invoices/{invoice.pk}/mail/"

    asked = finance.read(address)
    finance.send(address, {})

    [sent] = mail.outbox
    assert "billing@apparel.example" in asked
    assert (sent.to, sent.subject) == (
        ["billing@apparel.example"],
        "Invoice S-2026-0001 for 2026/10 from Sakura Agency",
    )
    assert sent.attachments[0][:2] == ("S-2026-0001.pdf", bytes(invoice.pdf))
    assert Activity.objects.filter(verb="invoice.mailed", detail__to="billing@apparel.example").exists()


def test_a_mail_server_that_is_away_is_said(public, finance, settings):
    invoice = make_invoice(public)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    said = finance.send(f"/agency/invoices/{invoice.pk}/mail/", {})

    assert "The mail server did not take the mail" in said
    assert not Activity.objects.filter(verb="invoice.mailed").exists()


def test_a_draft_is_not_mailed(public, finance):
    draft = make_draft(public)

    said = finance.send(f"/agency/invoices/{draft.pk}/mail/", {})

    assert "Only what is issued can be corrected or mailed." in said
    assert not mail.outbox


def test_an_account_manager_looks_and_changes_nothing(public, finance):
    draft = make_draft(public)
    manager = staff("account_manager", public)

    page = manager.read(f"/agency/invoices/{draft.pk}/")
    refused = manager.post(f"/agency/invoices/{draft.pk}/review/")

    assert "¥90,000" in page
    assert "Mark as reviewed" not in page
    assert refused.status_code == 403


def test_another_agency_finds_nothing_of_it(public, other_tenant):
    invoice = make_invoice(public)
    foreign = make_agency("ume")
    Tenant.objects.filter(pk=other_tenant.pk).update(agency=foreign)
    stranger = staff("owner", Tenant.objects.get(pk=other_tenant.pk))

    answers = {
        stranger.get(f"/agency/invoices/{invoice.pk}/{part}").status_code
        for part in ("", "pdf/", "excel/", "issue/", "credit/", "mail/", "lines/", "details/", "delete/")
    }

    assert answers == {404}
    assert stranger.get("/agency/invoices/?agency=sakura").status_code == 404
    assert stranger.get("/agency/invoices/?agency=%00").status_code == 200  # none is named
    assert stranger.get("/agency/invoices/recipients/apparel/").status_code == 404
    assert "Apparel" not in stranger.read("/agency/invoices/", MONTH)


def test_who_only_looks_in_an_agency_drafts_and_issues_nothing_there(public, finance):
    document = issuing.review(make_draft(public), by=None)
    elsewhere = make_agency("ume")
    accounts.invite("looks@example.com", agency=public.agency, role="analyst")
    both = sign_in(accounts.invite("looks@example.com", agency=elsewhere, role="finance"))
    here = MONTH | {"agency": "sakura"}

    answers = [both.post(f"/agency/invoices/{part}/", here).status_code for part in ("drafts", "issue")]

    assert answers == [404, 404]
    assert both.get("/agency/invoices/", here).status_code == 200
    assert not Wish.objects.exists()
    assert Document.objects.get(pk=document.pk).state == "reviewed"


def test_the_list_asks_the_same_number_of_questions_for_any_number_of_clients(
    public, other_tenant, finance, django_assert_max_num_queries
):
    make_draft(public)
    make_month(other_tenant)
    finance.read("/agency/invoices/", MONTH)

    with django_assert_max_num_queries(40):
        finance.read("/agency/invoices/", MONTH)


def test_a_month_that_is_none_is_said(public, finance):
    page = finance.read("/agency/invoices/", {"month": "2026-13"})

    assert "A month is written like 2026-11." in page
    assert "Invoices for 2026/10" in page
