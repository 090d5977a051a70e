from datetime import UTC, datetime

import pytest

from events import timeline
from events.timeline import NewEvent
from tests.factories import make_friend, make_tag


def names(page: dict) -> list[str]:
    return [row["name"] for row in page["items"]]


def test_pages_follow_each_other_while_rows_are_added(call):
    ours = call()
    for name in ("a", "b", "c"):
        make_tag(name)

    first = ours.get("tags/?limit=2").json()
    make_tag("d")
    second = ours.get(first["next"]).json()

    assert names(first) == ["c", "b"]
    assert names(second) == ["a"]
    assert second["next"] is None


def test_a_page_keeps_its_filters(call):
    tag = make_tag("VIP", friends=[make_friend("aoi"), make_friend("ren")])
    make_friend("mei")
    ours = call()

    first = ours.get(f"friends/?tag={tag.pk}&limit=1").json()
    second = ours.get(first["next"]).json()

    assert [row["display_name"] for row in first["items"] + second["items"]] == ["ren", "aoi"]
    assert second["next"] is None


def test_events_of_one_moment_are_each_listed_once(call):
    friend = make_friend("aoi")
    noon = datetime(2026, 11, 20, 3, tzinfo=UTC)
    timeline.record(NewEvent("bought", noon, friend_id=friend.pk, properties={"n": n}) for n in range(5))
    ours = call()

    pages = [ours.get("events/?limit=2").json()]
    pages.append(ours.get(pages[-1]["next"]).json())
    pages.append(ours.get(pages[-1]["next"]).json())

    assert [row["properties"]["n"] for page in pages for row in page["items"]] == [4, 3, 2, 1, 0]
    assert pages[-1]["next"] is None


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "limit=x",
        f"limit={'9' * 5000}",
        "after=%21",
        "after=WzEsMl0",
        "after=WyJ4Il0",
    ],
)
def test_a_page_that_cannot_be_is_refused(call, query):
    answer = call().get(f"tags/?{query}")

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"


def test_a_list_takes_the_same_queries_however_long(call, django_assert_max_num_queries):
    tags = [make_tag("a"), make_tag("b")]
    for name in ("aoi", "ren", "mei"):
        make_friend(name, tags=tags)
    ours = call()

    with django_assert_max_num_queries(10):
        answer = ours.get("friends/")

    assert len(answer.json()["items"]) == 3
