"""Customers, links and who is linked, in the client's admin."""

import pytest
from django_tenants.utils import tenant_context

from accounts.models import Activity
from linking.models import Link, LinkAttempt
from tests.browser import signed_in
from tests.factories import make_customer, make_friend, make_link, make_tag, make_user

ADMIN = "/c/apparel/admin"


@pytest.fixture
def link(tenant) -> Link:
    return make_link(make_friend("aoi", tags=[make_tag("VIP")]), make_customer("A-100"))


@pytest.fixture
def manager(tenant):
    return make_user("account_manager")


def test_the_list_of_friends_shows_their_tags_and_customers(link, manager, django_assert_max_num_queries):
    for number in range(20):
        make_link(make_friend(f"friend {number}"), make_customer())
    browser = signed_in(manager)

    with django_assert_max_num_queries(12):
        page = browser.get(f"{ADMIN}/friends/friend/").content.decode()

    assert "VIP" in page
    assert "A-100" in page


def test_friends_are_found_by_whether_they_are_linked(link, manager):
    ren = make_friend("ren")

    page = signed_in(manager).get(f"{ADMIN}/friends/friend/?linked=no").content.decode()

    assert ren.line_user_id in page
    assert link.friend.line_user_id not in page


def test_staff_may_unlink_and_the_log_says_who(link, manager):
    chosen = {"action": "unlink", "_selected_action": link.pk}

    signed_in(manager).post(f"{ADMIN}/linking/link/", chosen)

    assert Link.objects.get().ended == Link.Ended.BY_STAFF
    assert Activity.objects.get(verb="link.ended").user == manager


def test_a_viewer_sees_links_but_cannot_end_them(link):
    viewer = signed_in(make_user("viewer"))

    assert "A-100" in viewer.get(f"{ADMIN}/linking/link/?q=A-100").content.decode()
    viewer.post(f"{ADMIN}/linking/link/", {"action": "unlink", "_selected_action": link.pk})

    assert Link.objects.active().exists()


def test_a_link_cannot_be_written_by_hand(link, manager):
    browser = signed_in(manager)

    assert browser.get(f"{ADMIN}/linking/link/{link.pk}/change/").status_code == 200
    assert browser.post(f"{ADMIN}/linking/link/{link.pk}/change/", {"ended": "api"}).status_code == 403
    assert browser.get(f"{ADMIN}/linking/link/add/").status_code == 403


def test_links_of_another_client_are_not_there(link, manager, other_tenant):
    with tenant_context(other_tenant):
        make_customer("pushes numbers on")
        theirs = make_link(make_friend("stranger"), make_customer("B-200"), pk=link.pk + 500)
    browser = signed_in(manager)

    assert "B-200" not in browser.get(f"{ADMIN}/linking/link/").content.decode()
    assert browser.get(f"{ADMIN}/linking/link/{theirs.pk}/change/").status_code == 302
    assert browser.get("/c/cosmetics/admin/linking/link/").status_code in (302, 404)


def test_attempts_are_shown_without_their_hashes(link, manager):
    LinkAttempt.objects.create(
        friend=link.friend,
        link_token_hash="hash of a token",
        started_at=link.linked_at,
        expires_at=link.linked_at,
    )
    attempt = LinkAttempt.objects.get()

    page = signed_in(manager).get(f"{ADMIN}/linking/linkattempt/{attempt.pk}/change/")

    assert page.status_code == 200
    assert "hash of a token" not in page.content.decode()
