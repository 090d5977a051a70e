"""Who sees LINE's cost, and who only the client's price."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django_tenants.utils import schema_context, tenant_context

from accounts import services as accounts
from accounts.models import Membership, Tenant
from accounts.permissions import ALL
from api.authentication import KeyHolder
from contracts import sight
from contracts.models import Contract
from tests.api.conftest import caller, make_key
from tests.contracts.factories import make_contract
from tests.factories import make_user

NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)
OF_THE_AGENCY = {"owner", "account_manager", "analyst", "finance"}


def price_of(user, tenant: Tenant, month: date = NOVEMBER, net: int = 100) -> Decimal:
    return sight.of(user, tenant, month).amount(Decimal(net), messages=40, paid=30)


@pytest.mark.parametrize("role", Membership.Role.values)
def test_people_of_the_agency_see_net_and_those_of_the_client_by_contract(tenant, role):
    make_contract(tenant)

    seen = price_of(make_user(role), tenant)

    assert seen == (100 if role in OF_THE_AGENCY else 120)


@pytest.mark.parametrize("role", ["approver", "marketer", "viewer"])
def test_a_contract_may_show_net_to_the_client(tenant, role):
    make_contract(tenant, shows="net")

    assert price_of(make_user(role), tenant) == 100


def test_without_a_contract_everybody_sees_net(tenant):
    assert price_of(make_user("viewer"), tenant) == 100


def test_each_month_is_seen_by_its_own_contract(tenant):
    make_contract(tenant, OCTOBER, shows="net")
    make_contract(tenant, NOVEMBER, rate=Decimal("0.5"))
    viewer = make_user("viewer")

    seen = [price_of(viewer, tenant, month) for month in (date(2026, 9, 1), OCTOBER, NOVEMBER)]

    assert seen == [100, 100, 150]
    assert not sight.always_net(viewer, tenant)


def test_a_right_in_another_client_does_not_count(tenant, other_tenant):
    make_contract(other_tenant)
    user = make_user("owner")
    with schema_context("public"):
        accounts.invite(user.email, agency=tenant.agency, tenant=other_tenant, role="viewer")

    with schema_context("public"):
        in_the_console = price_of(user, other_tenant)
    with tenant_context(other_tenant):
        inside = price_of(user, other_tenant)

    assert (in_the_console, inside) == (120, 120)
    with pytest.raises(ValueError, match="from within another"):
        price_of(user, other_tenant)


def test_whoever_is_not_signed_in_sees_no_net(tenant):
    make_contract(tenant)

    assert price_of(AnonymousUser(), tenant) == 120


def test_a_contract_is_read_once_for_many_amounts(tenant, django_assert_num_queries):
    make_contract(tenant)
    viewer = make_user("viewer")
    viewer.has_perm("contracts.view_net")

    with django_assert_num_queries(1):
        for days in range(300):
            price_of(viewer, tenant, (NOVEMBER - timedelta(days)).replace(day=1))


def test_whoever_holds_the_right_costs_no_query(tenant, django_assert_num_queries):
    owner = make_user("owner")
    owner.has_perm("contracts.view_net")

    with django_assert_num_queries(0):
        price_of(owner, tenant)


def test_a_key_for_everything_sees_what_the_client_sees(tenant):
    make_contract(tenant)
    with schema_context("public"):
        rights = {
            scopes: KeyHolder(accounts.create_api_key(tenant, name="shop", scopes=list(scopes))[0])
            for scopes in (("*",), ("*", "contracts.view_net"), ("billing.view_ledgerentry",))
        }

    seen = {scopes: price_of(holder, tenant) for scopes, holder in rights.items()}

    assert seen == {("*",): 120, ("*", "contracts.view_net"): 100, ("billing.view_ledgerentry",): 120}
    assert "contracts.view_net" in ALL - rights[("*",)].get_all_permissions()


def test_notification_messages_have_a_price_by_their_cost(tenant):
    make_contract(tenant, kind="per_message", unit_price=Decimal(5))
    seen = sight.of(make_user("viewer"), tenant, NOVEMBER)

    assert (seen.amount(Decimal(100), messages=40, paid=30), seen.cost(Decimal(80))) == (150, 80)


@pytest.mark.parametrize(
    ("terms", "net"),
    [
        ({}, 1_000),
        ({"kind": "margin"}, 960),
        ({"kind": "pass_through"}, 1_200),
        ({"kind": "per_message", "unit_price": Decimal(5)}, None),
    ],
)
def test_a_limit_is_typed_in_what_the_reader_sees(tenant, terms, net):
    make_contract(tenant, **terms)
    seen = sight.of(make_user("marketer"), tenant, NOVEMBER)

    assert seen.as_net(Decimal(1_200)) == net
    assert seen.has_limits == (net is not None)


def test_the_fee_of_the_plan_is_seen_only_if_it_is_passed_on(tenant):
    make_contract(tenant, OCTOBER)
    make_contract(tenant, NOVEMBER, passes_monthly_fee=False)
    viewer = make_user("viewer")

    seen = [sight.of(viewer, tenant, month).fee(Decimal(15_000)) for month in (OCTOBER, NOVEMBER)]

    assert seen == [18_000, 0]


def test_a_clients_role_reads_its_own_contracts_alone(tenant, other_tenant):
    option = {"name_ja": "保守", "name_en": "Care", "unit_price": Decimal(1)}
    make_contract(tenant, options=(option,))
    make_contract(other_tenant, options=(option,))

    found = list(Contract.objects.all())

    assert [each.tenant_id for each in found] == [tenant.pk]
    assert [line.name_ja for line in found[0].terms.options] == ["保守"]
    with tenant_context(other_tenant):
        assert not found[0].options.exists()


def test_a_limit_comes_back_by_api_as_it_was_written(tenant):
    make_contract(tenant, rate=Decimal("0.37"))
    program = caller(make_key(tenant, "*"))

    program.put("approval-rules/", {"second_above_amount": "1370"})

    assert Decimal(program.get("approval-rules/").json()["second_above_amount"]) == 1370
    with_net = caller(make_key(tenant, "*", "contracts.view_net"))
    assert Decimal(with_net.get("approval-rules/").json()["second_above_amount"]) == 1000


def test_by_api_a_price_per_message_has_no_limit_in_money(tenant):
    make_contract(tenant, kind="per_message", unit_price=Decimal(5))
    program = caller(make_key(tenant, "*"))

    answer = program.put("approval-rules/", {"second_above_amount": "1370"})

    assert answer.status_code == 400
    assert "limit the number of people" in answer.content.decode()
