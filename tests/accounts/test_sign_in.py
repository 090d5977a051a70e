"""Coming in, going out, and in which language."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django_tenants.utils import schema_context

from accounts import services as accounts
from accounts.models import User

SIGN_IN = "/sign-in/login/"


@pytest.fixture
def browser(tenant) -> Client:
    """Nobody yet, reading English; what others tried before is forgotten."""
    with schema_context("public"):
        cache.clear()
        yield Client(headers={"Accept-Language": "en"})


@pytest.fixture
def aoi(browser) -> User:
    return User.objects.create_user("aoi@example.com", "secret pass", language="en")


def sign_in(browser: Client, password: str = "secret pass", email: str = "aoi@example.com") -> str:
    return browser.post(SIGN_IN, {"login": email, "password": password}, follow=True).content.decode()


def test_a_wrong_password_is_refused_in_the_same_words_as_an_unknown_address(browser, aoi):
    wrong, unknown = sign_in(browser, "wrong"), sign_in(browser, email="nobody@example.com")

    said = "The email address and/or password you specified are not correct."
    assert said in wrong
    assert said in unknown
    assert "_auth_user_id" not in browser.session


def test_after_several_wrong_passwords_not_even_the_right_one_is_taken(browser, aoi):
    for _ in range(5):
        sign_in(browser, "wrong")

    assert "Too many failed login attempts" in sign_in(browser)
    assert "_auth_user_id" not in browser.session


def test_the_address_is_taken_in_any_case(browser, aoi):
    sign_in(browser, email="AOI@Example.com")

    assert browser.session["_auth_user_id"] == str(aoi.pk)


def test_whoever_was_made_inactive_is_refused(browser, aoi):
    User.objects.update(is_active=False)

    sign_in(browser)

    assert "_auth_user_id" not in browser.session


def test_nobody_signs_up_alone(browser):
    form = {"email": "mio@example.com", "password1": "secret pass", "password2": "secret pass"}

    assert "Sign Up Closed" in browser.get("/sign-in/signup/").content.decode()
    browser.post("/sign-in/signup/", form)

    assert not User.objects.filter(email="mio@example.com").exists()


def test_the_admin_has_no_second_door(browser, aoi):
    response = browser.post("/admin/login/", {"username": "aoi@example.com", "password": "secret pass"})

    assert response["Location"].startswith(SIGN_IN)
    assert "_auth_user_id" not in browser.session


def test_signing_out_ends_the_session_and_takes_a_post(browser, aoi):
    sign_in(browser)

    browser.get("/sign-in/logout/")
    assert "_auth_user_id" in browser.session
    browser.post("/sign-in/logout/")

    assert "_auth_user_id" not in browser.session
    assert browser.get("/")["Location"] == f"{SIGN_IN}?next=/"


def test_somebody_without_a_client_is_told_what_to_do(browser, aoi):
    page = sign_in(browser)

    assert "No client yet" in page
    assert "Ask your agency for access." in page


def test_whoever_is_invited_sets_a_password_from_the_mail(browser, agency):
    mio = accounts.invite("mio@example.com", agency=agency, role="owner")

    browser.post("/sign-in/password/reset/", {"email": "mio@example.com"})
    [address] = re.findall(r"/sign-in/password/reset/key/\S+", mail.outbox[0].body)
    form = browser.get(address, follow=True).request["PATH_INFO"]
    browser.post(form, {"password1": "flowers in autumn", "password2": "flowers in autumn"})

    sign_in(browser, "flowers in autumn", "mio@example.com")
    assert browser.session["_auth_user_id"] == str(mio.pk)


def test_asking_for_a_new_password_does_not_tell_who_is_known(browser, aoi):
    known = browser.post("/sign-in/password/reset/", {"email": "aoi@example.com"})
    unknown = browser.post("/sign-in/password/reset/", {"email": "nobody@example.com"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_the_language_is_the_users_on_every_machine(browser, aoi):
    sign_in(browser)
    browser.post("/language/", {"language": "ja"})

    elsewhere = Client(headers={"Accept-Language": "en"})
    sign_in(elsewhere)

    assert '<html lang="ja"' in elsewhere.get("/").content.decode()


def test_before_signing_in_the_language_is_the_machines(browser):
    assert '<html lang="en"' in browser.get(SIGN_IN).content.decode()

    browser.post("/language/", {"language": "ja"})

    assert '<html lang="ja"' in browser.get(SIGN_IN).content.decode()
