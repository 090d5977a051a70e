"""Segments in the client's admin."""

import pytest
from django.utils import timezone

from segments import services
from segments.facts import sizes
from segments.models import Audience, Segment
from tests.browser import Browser, signed_in
from tests.factories import make_friend, make_link, make_tag, make_user

ADMIN = "/c/apparel/admin/segments/segment/"
LINKED = {"type": "linked", "is": True}


@pytest.fixture
def browser(tenant) -> Browser:
    user = make_user("marketer")
    user.language = "en"
    user.save(update_fields=["language"])
    return signed_in(user)


def test_the_list_says_each_segment_in_words_and_looks_their_tags_up_once(
    browser, django_assert_max_num_queries
):
    for name in ("red", "blue", "green"):
        services.create_segment(f"Only {name}", {"all": [{"type": "tag", "tag": make_tag(name).pk}]})

    with django_assert_max_num_queries(15) as queries:
        page = browser.get(ADMIN).content.decode()

    assert "Only red" in page
    assert "tagged “red”" in page
    assert "tagged “green”" in page
    assert sum("friends_tag" in query["sql"] for query in queries.captured_queries) == 1


def test_the_page_of_a_segment_counts_its_friends(browser):
    make_link(make_friend("aoi"))
    make_friend("ren")
    segment = services.create_segment("Linked", LINKED)

    page = browser.get(f"{ADMIN}{segment.pk}/change/").content.decode()

    assert "1 of 2 in reach" in page
    assert "&quot;linked&quot;" in page


def test_the_page_of_a_segment_shows_its_sizes(browser):
    make_friend("aoi")
    segment = services.create_segment("Everyone", {"all": []})
    sizes.keep(lambda: True)

    page = browser.get(f"{ADMIN}{segment.pk}/change/").content.decode()

    assert timezone.localdate().strftime("%Y") in page
    assert "sizes of segments" in page.lower()


def test_a_segment_that_this_version_cannot_read_is_shown_with_what_is_wrong(browser):
    segment = Segment.objects.create(name="From later", tree={"type": "later"})

    assert "must be one of" in browser.get(ADMIN).content.decode()
    assert "must be one of" in browser.get(f"{ADMIN}{segment.pk}/change/").content.decode()


def test_audiences_are_looked_at_but_not_changed(browser):
    audience = Audience.objects.create(purpose="broadcast:7", members=b"x", count=250)
    address = ADMIN.replace("/segment/", "/audience/")

    assert "broadcast:7" in browser.get(address).content.decode()
    assert "250" in browser.get(f"{address}{audience.pk}/change/").content.decode()
    assert browser.post(f"{address}{audience.pk}/change/", {"purpose": "x"}).status_code == 403


def test_a_segment_is_looked_at_but_not_changed(browser):
    segment = services.create_segment("Linked", LINKED)

    assert browser.get(f"{ADMIN}{segment.pk}/change/").status_code == 200
    assert browser.post(f"{ADMIN}{segment.pk}/change/", {"name": "Everyone"}).status_code == 403
    assert browser.get(f"{ADMIN}add/").status_code == 403
