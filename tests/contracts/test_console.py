"""Contracts in the agency's console."""

from datetime import date
from decimal import Decimal

import pytest
from django_tenants.utils import schema_context

from accounts.models import Activity, Agency
from contracts import services
from contracts.errors import ContractUsed, MonthClosed, MonthTaken
from contracts.models import Contract
from contracts.services import _last_issued
from tests.contracts.factories import LONG_AGO, make_contract
from tests.factories import make_user
from tests.visiting import Visitor, sign_in

NEXT_YEAR = date(2099, 1, 1)
NO_OPTIONS = {"options-TOTAL_FORMS": "0", "options-INITIAL_FORMS": "0"}
TOO_MUCH = {"options-0-quantity": "99999999", "options-0-unit_price": "9999999999"}
FORM = NO_OPTIONS | {
    "valid_from": "2099-01",
    "kind": "markup",
    "rate": "20",
    "minimum": "",
    "base_fee": "50000",
    "passes_monthly_fee": "on",
    "payer": "agency",
    "currency": "JPY",
    "rounding": "down",
    "tax_rate": "10",
    "shows": "gross",
    "note": "外掛け20%",
}


def staff(role: str = "owner") -> Visitor:
    return sign_in(make_user(role, whole_agency=True))


@pytest.fixture
def issued(monkeypatch):
    """Invoices say up to which month they are issued: `issued(date(2026, 10, 1))`."""
    return lambda month: monkeypatch.setattr(
        services, "_last_issued", [*_last_issued, lambda _tenant_id: month]
    )


def contracts_of(tenant) -> list[Contract]:
    with schema_context("public"):
        return list(Contract.objects.filter(tenant=tenant.pk).prefetch_related("options"))


def test_new_terms_hold_from_their_month_on_and_stand_in_the_log(tenant):
    answer = staff().post("/agency/contracts/apparel/new/", FORM)

    [made] = contracts_of(tenant)
    assert answer.url == "/agency/contracts/apparel/"
    assert (made.valid_from, made.rate, made.base_fee, made.shows) == (
        NEXT_YEAR,
        Decimal("0.2"),
        50_000,
        "gross",
    )
    with schema_context("public"):
        entry = Activity.objects.get(verb="contract.created")
    assert (entry.tenant_id, entry.detail["rate"]) == (tenant.pk, "0.2")


def test_options_are_written_beside_and_rows_without_a_name_passed_over(tenant):
    rows = {
        "options-TOTAL_FORMS": "3",
        "options-0-name_ja": "チャットPro",
        "options-0-unit_price": "3000",
        "options-1-unit_price": "7",
        "options-2-name_en": "Sweets 🍡",
        "options-2-quantity": "2.5",
        "options-2-unit_price": "100",
        "options-2-tax_rate": "8",
        "options-2-month": "2099-02",
    }
    staff().post("/agency/contracts/apparel/new/", FORM | rows)

    [made] = contracts_of(tenant)
    assert [(o.name_ja, o.name_en, o.quantity, o.tax_rate, o.month) for o in made.options.all()] == [
        ("チャットPro", "チャットPro", 1, Decimal("0.1"), None),
        ("Sweets 🍡", "Sweets 🍡", Decimal("2.5"), Decimal("0.08"), date(2099, 2, 1)),
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"valid_from": ""}, "This field is required"),
        ({"valid_from": "11月"}, "A month is written like 2026-11."),
        ({"kind": "margin", "rate": "100"}, "less than the whole price"),
        ({"rate": "-1"}, "greater than or equal to 0"),
        ({"rate": "1e9"}, "less than or equal to 1000"),
        ({"kind": "per_message"}, "Give the price of one message."),
        ({"minimum": "9" * 30}, "no more than 12 digits"),
        ({"kind": "barter"}, "Select a valid choice"),
        ({"options-TOTAL_FORMS": "1", "options-0-name_ja": "保守"}, "Give a price."),
        ({"options-TOTAL_FORMS": "1", "options-0-name_ja": "保守"} | TOO_MUCH, "too much for one line"),
    ],
)
def test_terms_that_mean_nothing_are_refused(tenant, given, said):
    answer = staff().post("/agency/contracts/apparel/new/", FORM | given)

    assert said in answer.content.decode()
    assert not contracts_of(tenant)


def test_a_new_form_is_a_copy_of_the_last_terms(tenant):
    option = {"name_ja": "保守", "name_en": "Care", "unit_price": Decimal(9_876)}
    make_contract(tenant, rate=Decimal("0.175"), note="Talked about on the phone", options=(option,))

    page = staff().read("/agency/contracts/apparel/new/")

    assert 'value="17.5"' in page
    assert "Talked about on the phone" in page
    assert 'value="9876"' in page


def test_two_terms_never_begin_in_the_same_month(tenant):
    make_contract(tenant, NEXT_YEAR)

    page = staff().send("/agency/contracts/apparel/new/", FORM)

    assert "are there already" in page
    with pytest.raises(MonthTaken):
        make_contract(tenant, NEXT_YEAR)


def test_terms_that_no_invoice_stands_on_are_corrected(tenant, issued):
    issued(date(2098, 12, 1))
    made = make_contract(tenant, NEXT_YEAR, rate=Decimal("0.5"))

    staff().post(f"/agency/contracts/apparel/{made.pk}/", FORM | {"rate": "25", "valid_from": "2099-02"})

    [found] = contracts_of(tenant)
    assert (found.pk, found.rate, found.valid_from) == (made.pk, Decimal("0.25"), date(2099, 2, 1))
    with schema_context("public"):
        detail = Activity.objects.get(verb="contract.changed").detail
    assert (detail["before"]["rate"], detail["after"]["rate"]) == ("0.5000", "0.25")


def test_terms_that_an_invoice_stands_on_stay_as_they_are(tenant, issued):
    made = make_contract(tenant, LONG_AGO)
    issued(date(2026, 10, 1))

    page = staff().send(f"/agency/contracts/apparel/{made.pk}/", FORM | {"rate": "25"})
    kept = staff().send(f"/agency/contracts/apparel/{made.pk}/take-back/", {})

    assert "Invoices up to 2026/10 stand on these terms" in page
    assert "Invoices up to 2026/10 stand on these terms" in kept
    assert [found.rate for found in contracts_of(tenant)] == [Decimal("0.2")]
    with pytest.raises(ContractUsed), schema_context("public"):
        services.change_contract(made, by=None, rate=Decimal(0))


def test_no_terms_begin_in_a_month_that_is_invoiced(tenant, issued):
    issued(NEXT_YEAR)

    page = staff().send("/agency/contracts/apparel/new/", FORM)

    assert "Invoices are issued up to 2099/01" in page
    with pytest.raises(MonthClosed):
        make_contract(tenant, NEXT_YEAR)


def test_coming_terms_are_taken_back_and_the_log_keeps_them(tenant):
    make_contract(tenant)
    made = make_contract(tenant, NEXT_YEAR, rate=Decimal("0.3"))

    asked = staff().read(f"/agency/contracts/apparel/{made.pk}/take-back/")
    staff().post(f"/agency/contracts/apparel/{made.pk}/take-back/")

    assert "Those from 2023/06 hold again." in asked
    assert [found.valid_from for found in contracts_of(tenant)] == [LONG_AGO]
    with schema_context("public"):
        assert Activity.objects.get(verb="contract.taken_back").detail["rate"] == "0.3000"


def test_the_list_shows_what_holds_what_comes_and_who_has_nothing(tenant):
    make_contract(tenant, base_fee=Decimal(50_000))
    make_contract(tenant, NEXT_YEAR, kind="margin", rate=Decimal("0.15"))

    page = staff("analyst").read("/agency/contracts/")
    lacking = staff("analyst").read("/agency/contracts/?show=lacking")

    assert "Mark-up on cost, 20 %" in page
    assert "base fee ¥50,000 a month" in page
    assert "2099/01: Margin of the price, 15 %" in page
    assert "Cosmetics" in lacking
    assert "Apparel" not in lacking


def test_the_list_takes_the_same_queries_for_many_contracts(tenant, django_assert_max_num_queries):
    for year in range(2000, 2020):
        make_contract(tenant, date(year, 1, 1))
    reader = staff("finance")
    reader.read("/agency/contracts/")

    with django_assert_max_num_queries(16):
        reader.read("/agency/contracts/")


def test_the_example_reckons_while_terms_are_written(tenant):
    with schema_context("public"):
        from billing import services as billing

        billing.subscribe(tenant.pk, plan="standard", since=LONG_AGO)
    asked = FORM | {"valid_from": "2026-09", "messages": "50000", "base_fee": "1000"}

    page = staff().read("/agency/contracts/apparel/example/", asked)

    # 20,000 extra messages at 3 yen and the fee of 15,000 are 75,000; a fifth on top, and the base fee.
    assert "<b>¥75,000</b>" in page
    assert "<b>¥91,000</b>" in page
    assert "<b>¥16,000</b>" in page
    assert "the same rate would come to ¥94,750" in page


def test_the_example_waits_until_there_is_enough_to_reckon_with(tenant):
    page = staff().read("/agency/contracts/apparel/example/", FORM | {"kind": "margin", "rate": "100"})

    assert "The example appears when" in page
    assert "less than the whole price" in page


@pytest.mark.parametrize("messages", ["", "-5", "many", "9" * 40])
def test_the_example_bears_any_number(tenant, messages):
    page = staff().read("/agency/contracts/apparel/example/", FORM | {"messages": messages})

    assert "Line of the bill" in page


@pytest.mark.parametrize("role", ["approver", "marketer", "viewer", "creator"])
def test_clients_and_creators_never_see_contracts(tenant, role):
    made = make_contract(tenant)

    visitor = staff(role)

    assert visitor.get("/agency/contracts/").status_code == 403
    assert visitor.get("/agency/contracts/apparel/").status_code == 403
    assert visitor.get(f"/agency/contracts/apparel/{made.pk}/").status_code == 403


@pytest.mark.parametrize("path", ["", "new/", "{pk}/", "{pk}/take-back/", "example/"])
def test_contracts_of_another_agency_are_not_found(tenant, path):
    made = make_contract(tenant)
    with schema_context("public"):
        other = Agency.objects.create(name="Ume", slug="ume")
        from accounts import services as accounts

        stranger = sign_in(accounts.invite("owner@ume.example", agency=other, role="owner"))

    answer = stranger.get(f"/agency/contracts/apparel/{path.format(pk=made.pk)}")

    assert answer.status_code == 404


def test_a_contract_is_not_found_under_another_clients_name(tenant):
    made = make_contract(tenant)

    assert staff().get(f"/agency/contracts/cosmetics/{made.pk}/").status_code == 404


def test_who_may_only_look_changes_nothing(tenant):
    answer = staff("account_manager").post("/agency/contracts/apparel/new/", FORM)

    assert answer.status_code == 403
    assert not contracts_of(tenant)


def test_the_admin_shows_terms_with_their_options(tenant):
    option = {"name_ja": "保守", "name_en": "Care", "unit_price": Decimal(1)}
    made = make_contract(tenant, options=(option,))
    reader = staff("finance")

    assert "Mark-up on cost, 20 %" in reader.read("/admin/contracts/contract/")
    assert "Care" in reader.read(f"/admin/contracts/contract/{made.pk}/change/")
