"""The agency's templates in its console: who sees, renames and deletes them."""

import pytest
from django_tenants.utils import schema_context

from accounts.models import Agency
from agency_library import commands
from agency_library.errors import BadTemplateName
from agency_library.models import AgencyTemplate
from composing.errors import InvalidMessages
from tests.factories import make_user
from tests.visiting import Visitor, sign_in

HELLO = [{"type": "text", "text": "Autumn sale"}]


def make_template(agency: Agency, name: str = "Sale", **given) -> AgencyTemplate:
    with schema_context("public"):
        return commands.create_template(agency.pk, name=name, messages=HELLO, by=None, **given)


def staff(role: str) -> Visitor:
    return sign_in(make_user(role, whole_agency=True))


@pytest.fixture
def other_agency(tenant) -> Agency:
    with schema_context("public"):
        return Agency.objects.create(name="Ume Agency", slug="ume")


def test_account_managers_name_and_find_them(tenant):
    template = make_template(tenant.agency)
    manager = staff("account_manager")

    manager.post(f"/agency/templates/{template.pk}/", {"name": "秋のセール", "folder": "EC", "note": "10月"})
    found = manager.read("/agency/templates/?q=秋")
    missed = manager.read("/agency/templates/?q=spring")

    assert "秋のセール" in found
    assert "No template here has these words." in missed


def test_the_list_of_all_clients_leads_to_them(tenant):
    assert "/agency/templates/" in staff("account_manager").read("/agency/")


def test_a_name_is_needed(tenant):
    template = make_template(tenant.agency)

    page = staff("account_manager").post(f"/agency/templates/{template.pk}/", {"name": " "})

    assert page.status_code == 200
    template.refresh_from_db()
    assert template.name == "Sale"
    with pytest.raises(BadTemplateName), schema_context("public"):
        commands.change_template(template, name="あ" * 101, by=None)


def test_messages_that_line_refuses_are_no_template(tenant):
    with pytest.raises(InvalidMessages), schema_context("public"):
        commands.create_template(tenant.agency_id, name="Sale", messages=[{"type": "?"}], by=None)


def test_who_may_only_look_is_shown_no_form(tenant):
    template = make_template(tenant.agency)
    creator = staff("creator")

    page = creator.read(f"/agency/templates/{template.pk}/")
    refused = creator.post(f"/agency/templates/{template.pk}/", {"name": "Mine"})

    assert "Autumn sale" in page
    assert 'name="note"' not in page
    assert refused.status_code == 403


def test_deleting_asks_first(tenant):
    template = make_template(tenant.agency)
    manager = staff("owner")

    asked = manager.read(f"/agency/templates/{template.pk}/delete/")
    manager.post(f"/agency/templates/{template.pk}/delete/")

    assert "What clients have copied stays theirs." in asked
    assert not AgencyTemplate.objects.exists()


def test_another_agencys_are_not_found(tenant, other_agency):
    foreign = make_template(other_agency, "Theirs")
    manager = staff("owner")

    assert "Theirs" not in manager.read("/agency/templates/")
    assert manager.get(f"/agency/templates/{foreign.pk}/").status_code == 404
    assert manager.post(f"/agency/templates/{foreign.pk}/", {"name": "Mine"}).status_code == 404
    assert manager.post(f"/agency/templates/{foreign.pk}/delete/").status_code == 404


def test_people_of_a_client_have_no_business_there(tenant):
    make_template(tenant.agency)

    assert sign_in(make_user("marketer")).get("/agency/templates/").status_code == 403


def test_an_empty_console_says_what_to_do(tenant):
    assert "share it with the agency" in staff("account_manager").read("/agency/templates/")


def test_the_admin_shows_those_of_ones_agency(tenant, other_agency):
    own, foreign = make_template(tenant.agency, "Ours"), make_template(other_agency, "Theirs")
    manager = staff("account_manager")

    page = manager.read("/admin/agency_library/agencytemplate/")

    assert "Ours" in page
    assert "Theirs" not in page
    assert manager.get(f"/admin/agency_library/agencytemplate/{own.pk}/change/").status_code == 200
    assert manager.get(f"/admin/agency_library/agencytemplate/{foreign.pk}/change/").status_code == 302
