"""What all pages share: who gets in, where to, in which language, under which policy."""

import pytest
from django.test import Client
from django_tenants.utils import schema_context

from accounts import services as accounts
from accounts.models import User
from tests.factories import make_user
from tests.visiting import sign_in


def test_who_is_not_signed_in_is_asked_to_sign_in_and_comes_back(tenant):
    with schema_context("public"):
        response = Client().get("/c/apparel/friends/")

    assert response.status_code == 302
    assert response["Location"] == "/sign-in/login/?next=/c/apparel/friends/"


def test_signing_in_leads_to_the_only_client(tenant):
    make_user("marketer", email="aoi@example.com")
    browser = Client()

    with schema_context("public"):
        response = browser.post(
            "/sign-in/login/", {"login": "aoi@example.com", "password": "secret pass"}, follow=True
        )

    assert response.redirect_chain[-1][0] == "/c/apparel/"


def test_somebody_of_the_agency_begins_at_the_console(visit):
    response = visit("account_manager", whole_agency=True).get("/")

    assert response["Location"] == "/agency/"


def test_the_console_shows_only_clients_that_were_granted(visit, other_tenant):
    with schema_context("public"):
        accounts.create_client(other_tenant.agency, slug="third", name="Third client")
    user = make_user("marketer")
    with schema_context("public"):
        accounts.invite(user.email, agency=other_tenant.agency, tenant=other_tenant, role="viewer")

    page = sign_in(user).read("/agency/")

    assert "Apparel" in page
    assert "Cosmetics" in page
    assert "Third client" not in page


def test_the_console_asks_each_client_a_fixed_number_of_questions(visit, django_assert_max_num_queries):
    visitor = visit("account_manager", whole_agency=True)

    with django_assert_max_num_queries(55):
        visitor.read("/agency/")


def test_a_client_of_others_does_not_exist(visit):
    response = visit("marketer").get("/c/cosmetics/")

    assert response.status_code == 404
    assert "This page does not exist" in response.content.decode()


def test_a_page_that_the_role_does_not_include_is_refused_in_plain_words(visit):
    response = visit("creator").get("cost/")

    assert response.status_code == 403
    assert "You may not do this" in response.content.decode()


@pytest.mark.parametrize(
    ("role", "seen", "hidden"),
    [
        ("viewer", "/c/apparel/cost/", "/c/apparel/admin/"),
        ("creator", "/c/apparel/segments/", "/c/apparel/cost/"),
        ("finance", "/c/apparel/cost/", "/c/apparel/friends/"),
        ("account_manager", "/c/apparel/admin/", "/c/cosmetics/admin/"),
    ],
)
def test_the_navigation_leads_only_where_the_role_may_go(visit, role, seen, hidden):
    page = visit(role).read("")

    assert f'href="{seen}"' in page
    assert f'href="{hidden}"' not in page


def test_the_language_is_kept_with_the_user(visit):
    visitor = visit("viewer")

    visitor.post("/language/", {"language": "ja", "next": "/c/apparel/"})

    assert '<html lang="ja">' in visitor.read("")
    assert User.objects.get(pk=visitor.session["_auth_user_id"]).language == "ja"


def test_choosing_a_language_leads_nowhere_else(visit):
    response = visit("viewer").post("/language/", {"language": "ja", "next": "https://evil.example/"})

    assert response["Location"] == "/"


def test_pages_allow_no_inline_code_and_the_admin_only_what_it_needs(visit):
    visitor = visit("account_manager", whole_agency=True)

    page, admin = visitor.get(""), visitor.get("admin/")

    assert "unsafe" not in page["Content-Security-Policy"]
    assert "style=" not in page.content.decode()
    assert "unsafe-eval" in admin["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline'" not in admin["Content-Security-Policy"]


def test_a_failure_of_ours_is_told_without_details(visit, monkeypatch):
    monkeypatch.setattr("dashboard.overview.channel", lambda tenant: 1 / 0)
    visitor = visit()
    visitor.raise_request_exception = False

    response = visitor.get("")

    assert response.status_code == 500
    assert "Something went wrong on our side" in response.content.decode()
    assert "ZeroDivision" not in response.content.decode()
