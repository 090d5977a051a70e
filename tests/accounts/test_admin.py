"""The agency's admin: what people of one agency can do there, and that another agency is none of it."""

import re

import pytest
from django.db import connection
from django.test import Client
from django_tenants.utils import schema_context, tenant_context

from accounts import services as accounts
from accounts.models import Activity, Agency, ApiKey, Membership, Tenant, User
from friends.models import Tag
from tests.factories import make_user

FORM = {"email": "mio@example.com", "name": "Mio", "tenant": ""}


class Browser(Client):
    """Somebody who is signed in and reads English."""

    def __init__(self, user: User) -> None:
        super().__init__()
        with schema_context("public"):
            User.objects.filter(pk=user.pk).update(language="en")
            self.force_login(user)

    def generic(self, *args, **kwargs):
        """Answers, and leaves the test in its own client again."""
        with tenant_context(connection.tenant):
            return super().generic(*args, **kwargs)

    def read(self, path: str) -> str:
        response = self.get(path)
        assert response.status_code == 200, response
        return response.content.decode()

    def send(self, path: str, form: dict) -> str:
        """What a form answers, on the page to which it leads."""
        return self.post(path, form, follow=True).content.decode()


@pytest.fixture
def owner(tenant) -> Browser:
    return Browser(make_user("owner", email="owner@example.com", whole_agency=True))


@pytest.fixture
def manager(tenant) -> Browser:
    return Browser(make_user("account_manager", email="manager@example.com", whole_agency=True))


@pytest.fixture
def operator(tenant) -> Browser:
    with schema_context("public"):
        return Browser(User.objects.create_superuser("operator@example.com", "secret pass"))


@pytest.fixture
def rival(tenant) -> Agency:
    """Another agency, with a client, a person and a key of its own."""
    with schema_context("public"):
        agency = accounts.create_agency(name="Rival Agency", slug="rival")
        client = accounts.create_client(agency, slug="rival-shop", name="Rival shop")
        accounts.invite("spy@rival.example", agency=agency, role="owner")
        accounts.create_api_key(client, name="Rival key", scopes=["*"])
    return agency


def test_a_new_client_gets_its_schema_and_is_in_the_log(owner, agency):
    owner.send("/admin/accounts/tenant/add/", {"agency": agency.pk, "slug": "flowers", "name": "Flowers"})

    flowers = Tenant.objects.get(slug="flowers")
    with tenant_context(flowers):
        assert Tag.objects.create(name="First").pk == 1
    with schema_context("public"):
        assert Activity.objects.get(verb="client.created", tenant=flowers).user.email == "owner@example.com"


@pytest.mark.parametrize(
    ("slug", "problem"), [("cosmetics", "taken"), ("Flowers", "cannot be an address name")]
)
def test_an_address_name_that_will_not_do_is_refused_on_the_form(owner, agency, slug, problem):
    form = {"agency": agency.pk, "slug": slug, "name": "Flowers"}

    assert problem in owner.send("/admin/accounts/tenant/add/", form)
    assert not Tenant.objects.filter(name="Flowers").exists()


def test_a_client_keeps_its_agency_and_its_address(owner, tenant, rival):
    form = {
        "name": "Apparel!",
        "color": "#3b6ef6",
        "time_zone": "Asia/Tokyo",
        "agency": rival.pk,
        "slug": "new",
    }

    owner.send(f"/admin/accounts/tenant/{tenant.pk}/change/", form)

    changed = Tenant.objects.get(pk=tenant.pk)
    assert (changed.name, changed.slug, changed.agency.slug) == ("Apparel!", "apparel", "sakura")


def test_whoever_is_invited_can_be_seen_and_has_the_role(manager, agency, tenant):
    page = manager.send(
        "/admin/accounts/membership/add/",
        FORM | {"agency": agency.pk, "tenant": tenant.pk, "role": "marketer"},
    )

    assert "was added successfully" in page
    membership = Membership.objects.get(user__email="mio@example.com")
    assert (membership.tenant, membership.role, membership.user.name) == (tenant, "marketer", "Mio")
    assert "mio@example.com" in manager.read("/admin/accounts/user/")


@pytest.mark.parametrize(
    ("role", "problem"),
    [("owner", "only roles that allow no more than your own"), ("finance", "only roles that allow no more")],
)
def test_a_manager_gives_no_role_beyond_their_own(manager, agency, role, problem):
    page = manager.send("/admin/accounts/membership/add/", FORM | {"agency": agency.pk, "role": role})

    assert problem in page
    assert not User.objects.filter(email="mio@example.com").exists()


def test_a_manager_does_not_make_themselves_owner(manager):
    own = Membership.objects.get(user__email="manager@example.com")

    page = manager.send(f"/admin/accounts/membership/{own.pk}/change/", {"role": "owner"})

    assert "only roles that allow no more than your own" in page
    own.refresh_from_db()
    assert own.role == "account_manager"


def test_a_manager_takes_no_role_from_the_owner(manager, owner, agency):
    held = Membership.objects.get(user__email="owner@example.com")
    address = f"/admin/accounts/membership/{held.pk}"

    assert manager.post(f"{address}/change/", {"role": "viewer"}).status_code == 403
    assert manager.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": held.pk, "post": "yes"}
    manager.post("/admin/accounts/membership/", action)
    again = FORM | {"email": "Owner@example.com", "agency": agency.pk, "role": "viewer"}
    assert "has a role there already" in manager.send("/admin/accounts/membership/add/", again)

    held.refresh_from_db()
    assert held.role == "owner"


def test_an_owner_gives_every_role(owner, agency):
    owner.send("/admin/accounts/membership/add/", FORM | {"agency": agency.pk, "role": "owner"})

    assert Membership.objects.get(user__email="mio@example.com").role == "owner"


def test_nobody_invites_into_another_agency(owner, agency, rival):
    shop = Tenant.objects.get(slug="rival-shop")

    owner.send("/admin/accounts/membership/add/", FORM | {"agency": rival.pk, "role": "viewer"})
    owner.send(
        "/admin/accounts/membership/add/",
        FORM | {"agency": agency.pk, "tenant": shop.pk, "role": "viewer"},
    )

    assert not User.objects.filter(email="mio@example.com").exists()


@pytest.mark.parametrize("kind", ["agency", "tenant", "user", "membership", "apikey", "activity", "due"])
def test_another_agencys_rows_are_not_listed(owner, rival, kind):
    page = owner.read(f"/admin/accounts/{kind}/")

    assert "rival" not in page.lower()


def test_an_owner_here_who_looks_on_there_changes_nothing_there(owner, rival):
    with schema_context("public"):
        accounts.invite("owner@example.com", agency=rival, role="analyst")
    shop, key = Tenant.objects.get(slug="rival-shop"), ApiKey.objects.get(name="Rival key")

    assert "Rival Agency" in owner.read("/admin/accounts/agency/")
    assert owner.post(f"/admin/accounts/agency/{rival.pk}/change/", {"name": "Mine"}).status_code == 403
    owner.post("/admin/accounts/tenant/add/", {"agency": rival.pk, "slug": "mine", "name": "Mine"})
    owner.post(f"/admin/accounts/tenant/{shop.pk}/change/", {"name": "Mine"})
    owner.post("/admin/accounts/apikey/add/", {"tenant": shop.pk, "name": "Mine", "scopes": ["*"]})
    owner.post("/admin/accounts/apikey/", {"action": "revoke", "_selected_action": key.pk})

    assert not Agency.objects.filter(name="Mine").exists()
    assert not Tenant.objects.filter(name="Mine").exists()
    assert not ApiKey.objects.filter(name="Mine").exists()
    assert ApiKey.objects.get(pk=key.pk).revoked_at is None


def test_a_person_who_also_works_elsewhere_keeps_their_password(owner, agency, rival):
    with schema_context("public"):
        spy = accounts.invite("spy@rival.example", agency=agency, role="viewer")
    form = {"email": "spy@rival.example", "language": "ja", "is_active": "on", "password": "my own password"}

    assert owner.post(f"/admin/accounts/user/{spy.pk}/change/", form).status_code == 403
    assert not User.objects.get(pk=spy.pk).check_password("my own password")


def test_an_owner_sets_a_password_that_is_good_enough(owner):
    user = make_user("viewer", email="aoi@example.com")
    form = {"email": "Aoi@example.com", "language": "ja", "is_active": "on", "password": "short"}

    refused = owner.send(f"/admin/accounts/user/{user.pk}/change/", form)
    owner.send(f"/admin/accounts/user/{user.pk}/change/", form | {"password": "a much longer one"})

    assert "too short" in refused
    assert User.objects.get(email="aoi@example.com").check_password("a much longer one")


def test_a_key_is_shown_once(manager, tenant):
    form = {"tenant": tenant.pk, "name": "Shop", "scopes": ["friends.view_friend"]}

    shown = manager.send("/admin/accounts/apikey/add/", form)

    key = ApiKey.objects.get(name="Shop")
    [text] = re.findall(rf"{key.prefix}_[\w-]+", shown)
    with schema_context("public"):
        assert accounts.find_api_key(text) == key
    assert text not in manager.read("/admin/accounts/apikey/")
    assert text not in manager.read(f"/admin/accounts/apikey/{key.pk}/change/")
    assert Activity.objects.filter(verb="api_key.created", tenant=tenant).exists()


def test_a_key_gets_no_right_that_its_maker_has_not(manager, owner, tenant):
    form = {"tenant": tenant.pk, "name": "Shop", "scopes": ["*", "billing.adjust_ledgerentry"]}

    refused = manager.send("/admin/accounts/apikey/add/", form)
    owner.send("/admin/accounts/apikey/add/", form | {"name": "Books"})

    assert "only what you may do yourself" in refused
    assert [key.name for key in ApiKey.objects.filter(tenant=tenant)] == ["Books"]


def test_approving_may_be_given_by_whoever_makes_keys(manager, tenant):
    form = {"tenant": tenant.pk, "name": "Shop", "scopes": ["*", "broadcasts.approve_broadcast"]}

    manager.send("/admin/accounts/apikey/add/", form)

    assert ApiKey.objects.filter(name="Shop").exists()


def test_a_revoked_key_stops_working(manager, tenant):
    with schema_context("public"):
        key, text = accounts.create_api_key(tenant, name="Shop", scopes=["*"])

    manager.post("/admin/accounts/apikey/", {"action": "revoke", "_selected_action": key.pk})

    with schema_context("public"):
        assert accounts.find_api_key(text) is None


def test_an_operator_makes_agencies_and_sees_no_clients_data(operator, tenant):
    operator.send("/admin/accounts/agency/add/", {"name": "New agency", "slug": "new-agency"})

    assert Agency.objects.filter(slug="new-agency").exists()
    assert "Apparel" in operator.read("/admin/accounts/tenant/")
    assert operator.get("/c/apparel/").status_code == 404
    assert operator.get("/c/apparel/admin/").status_code == 404
    assert operator.get("/admin/accounts/apikey/").status_code == 403
    assert operator.get("/admin/channels/channel/").status_code == 403


def test_a_role_in_one_client_opens_nothing_of_the_agency(tenant):
    marketer = Browser(make_user("owner"))

    response = marketer.get("/admin/")

    assert response.status_code == 403
    assert "You may not do this" in response.content.decode()
