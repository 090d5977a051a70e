"""Friends and tags in the client's admin."""

import pytest

from accounts.models import Activity, Due
from friends.models import Friend, Tag
from tests.browser import Browser, signed_in
from tests.factories import make_friend, make_tag, make_user

ADMIN = "/c/apparel/admin/friends"


@pytest.fixture
def browser(tenant) -> Browser:
    return signed_in(make_user("account_manager"))


def test_friends_are_found_by_the_beginning_of_the_name_or_the_whole_line_id(browser):
    aoi, ren = make_friend("Aoi"), make_friend("Ren")

    by_name = browser.get(f"{ADMIN}/friend/?q=ao").content.decode()
    by_id = browser.get(f"{ADMIN}/friend/?q={ren.line_user_id}").content.decode()

    assert aoi.line_user_id in by_name
    assert ren.line_user_id not in by_name
    assert f"{ADMIN}/friend/{ren.pk}/change/" in by_id
    assert f"{ADMIN}/friend/{aoi.pk}/change/" not in by_id


def test_a_friend_is_looked_at_but_not_written(browser):
    aoi = make_friend("Aoi", tags=[make_tag("VIP")])

    assert "VIP" in browser.get(f"{ADMIN}/friend/{aoi.pk}/change/").content.decode()
    assert browser.post(f"{ADMIN}/friend/{aoi.pk}/change/", {"display_name": "x"}).status_code == 403
    assert browser.get(f"{ADMIN}/friend/add/").status_code == 403
    assert browser.post(f"{ADMIN}/friend/{aoi.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_row_of_which_no_field_is_named_is_shown_by_its_number(browser):
    aoi = make_friend("Aoi")

    page = browser.get(f"{ADMIN}/friend/{aoi.pk}/change/?_to_field=")

    assert "Aoi" in page.content.decode()


def test_profiles_are_asked_for_again(browser):
    aoi = make_friend("Aoi")

    browser.post(f"{ADMIN}/friend/", {"action": "fetch_profiles", "_selected_action": aoi.pk})

    assert Friend.objects.get().profile_due_at is not None
    assert Due.objects.filter(kind="profiles").exists()


def test_a_tag_is_made_and_a_bad_name_refused_on_the_form(browser):
    assert browser.post(f"{ADMIN}/tag/add/", {"name": " VIP ", "color": "#3b6ef6"}).status_code == 302
    refused = browser.post(f"{ADMIN}/tag/add/", {"name": "a|b", "color": "#3b6ef6"})

    assert refused.context["adminform"].errors["name"]
    assert Tag.objects.get().name == "VIP"
    assert Activity.objects.get(verb="tag.created")


def test_the_number_of_friends_stands_beside_a_tag_and_deleting_it_is_logged(browser):
    tag = make_tag("VIP", friends=[make_friend("Aoi")])

    assert "VIP" in browser.get(f"{ADMIN}/tag/").content.decode()
    browser.post(f"{ADMIN}/tag/{tag.pk}/delete/", {"post": "yes"})

    assert not Tag.objects.exists()
    assert Activity.objects.get(verb="tag.deleted")
