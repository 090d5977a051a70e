"""Keys, sessions, how often, and the shape of refusals."""

import pytest
from django.test import Client
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Activity, ApiKey
from tests.api.conftest import Caller, caller, make_key
from tests.factories import make_friend, make_tag, make_user


@pytest.fixture
def member(tenant) -> Caller:
    """Somebody who is signed in, as a browser would call: CSRF is checked."""
    browser = Caller("apparel", enforce_csrf_checks=True)
    browser.force_login(make_user("marketer"))
    return browser


def test_an_unknown_key_is_refused(tenant):
    answer = caller("mk_00000000_unknown").get("friends/")

    assert answer.status_code == 401
    assert answer.json() == {
        "code": "authentication_failed",
        "detail": "There is no such API key, or it has been revoked.",
    }


def test_a_key_that_no_text_can_be_is_refused(tenant):
    assert caller("mk_\0").get("friends/").status_code == 401


def test_a_revoked_key_is_refused(tenant):
    key = make_key(tenant, "*")
    with schema_context("public"):
        ApiKey.objects.update(revoked_at=timezone.now())

    assert caller(key).get("friends/").status_code == 401


def test_the_use_of_a_key_is_noted(call):
    call().get("friends/")

    assert ApiKey.objects.get().last_used_at is not None


def test_the_activity_log_names_the_key_that_acted(call):
    call().post("tags/", {"name": "VIP"})

    line = Activity.objects.get(verb="tag.created")
    assert line.user is None
    assert line.detail["api_key"] == str(ApiKey.objects.get())


def test_a_member_may_read_what_their_role_allows(member):
    make_friend("aoi")

    assert [friend["display_name"] for friend in member.get("friends/").json()["items"]] == ["aoi"]
    assert member.delete("links/1/").status_code == 403


def test_a_member_writes_only_with_the_csrf_token(member):
    member.cookies["csrftoken"] = "a" * 32

    refused = member.post("tags/", {"name": "VIP"})
    allowed = member.post("tags/", {"name": "VIP"}, **{"X-CSRFToken": "a" * 32})

    assert refused.status_code == 403
    assert refused.json()["code"] == "permission_denied"
    assert allowed.status_code == 201


def test_somebody_who_is_no_member_finds_nothing(member, other_tenant):
    with tenant_context(other_tenant):
        stranger = make_user("owner")
    member.force_login(stranger)

    assert member.get("friends/").status_code == 404


def test_too_many_requests_are_told_how_long_to_wait(call, settings, time_machine):
    settings.API_REQUESTS_PER_MINUTE = 2
    time_machine.move_to(timezone.now(), tick=False)
    ours = call()

    answers = [ours.get("tags/") for _ in range(3)]

    refused = answers[-1]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert refused.json()["code"] == "throttled"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert call().get("tags/").status_code == 200


def test_an_address_that_is_not_there_answers_as_all_others(call):
    answer = call().get("friend")

    assert answer.status_code == 404
    assert answer.json() == {
        "code": "not_found",
        "detail": "There is nothing at this address. Addresses of the API end with “/”.",
    }


@pytest.mark.parametrize(
    "path", ["/c/nobody/api/v1/tags/", "/c/apparel/api/v1/tags/%00/", "/agency/api/v1/kpi-sets/%00/"]
)
def test_what_no_address_can_be_answers_as_all_others(call, path):
    answer = call().get(path)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.json()["detail"]


def test_a_thing_that_is_not_there_is_refused_in_the_language_asked_for(call):
    friend = make_friend("aoi")

    english = call().put(f"friends/{friend.pk}/tags/1000000/")
    japanese = call().get("segments/1000000/", **{"Accept-Language": "ja"})

    assert (english.status_code, japanese.status_code) == (404, 404)
    assert english.json() == {
        "code": "not_found",
        "detail": "There is nothing here by that name or number.",
    }
    assert japanese.json()["detail"] == "この名前または番号に該当するものはありません。"


def test_a_method_that_is_not_there_answers_as_all_others(call):
    assert call().post("friends/", {}).json()["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    "body",
    [b"{", b'{"name": "\\ud800"}', b'{"name": "\\u0000"}', b'{"name": NaN}', b"[" * 300 + b"]" * 300],
    ids=["cut off", "lone surrogate", "NUL", "NaN", "nested too deeply"],
)
def test_a_body_that_cannot_be_kept_is_refused(call, body):
    ours = call()

    answer = ours.generic("POST", "/c/apparel/api/v1/tags/", body, "application/json")

    assert answer.status_code == 400
    assert answer.json()["code"] == "parse_error"


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("tags/", [1], {"": ["Give an object."]}),
        ("surveys/", {"name": "x", "questions": True}, {"questions": ["Give a list."]}),
        ("surveys/", {"name": "x", "questions": [None]}, {"questions.0": ["This field may not be null."]}),
        ("surveys/", {"name": "x", "questions": [1.5]}, {"questions.0": ["Give an object."]}),
        (
            "fields/",
            {"name": "x", "type": {"a": None}},
            {"type": ["This is none of the values that there are. The document of the API lists them."]},
        ),
    ],
)
def test_a_refusal_does_not_speak_of_the_types_of_our_language(call, path, body, told):
    assert call().post(path, body).json()["fields"] == told


def test_a_misspelt_filter_is_refused(call):
    answer = call().get("friends/?tags=1")

    assert answer.status_code == 400
    assert answer.json()["fields"] == {
        "tags": [
            "There is no such parameter. There are: "
            "after, limit, line_user_id, linked, status, tag, updated_since."
        ]
    }


def test_refusals_speak_the_language_asked_for(call):
    make_tag("VIP")

    english = call().post("tags/", {"name": "VIP"})

    assert english.status_code == 409
    assert english.json() == {"code": "tag_exists", "detail": "There is already a tag “VIP”."}
    assert english.headers["Content-Language"] == "en"


def test_the_document_and_its_readable_form_are_for_members_and_keys(call, member):
    stranger = Client()

    assert call("accounts.view_due").get("schema/").status_code == 200
    assert member.get("docs/").status_code == 200
    assert stranger.get("/c/apparel/api/v1/schema/").status_code == 401
    assert stranger.get("/c/apparel/api/v1/docs/").status_code == 302
