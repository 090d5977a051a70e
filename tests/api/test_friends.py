from datetime import UTC, datetime

import pytest

from friends.models import Friend
from tests.factories import make_customer, make_friend, make_line_user_id, make_link, make_tag

NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def names(answer) -> list[str]:
    return [friend["display_name"] for friend in answer.json()["items"]]


def test_a_friend_is_shown_with_tags_and_customer(call):
    tag = make_tag("VIP")
    friend = make_friend("aoi", tags=[tag], followed_at=NOVEMBER, status_at=NOVEMBER)
    make_link(friend, make_customer("C-1"))

    shown = call().get(f"friends/{friend.pk}/").json()

    assert shown.pop("created_at")
    assert shown == {
        "id": friend.pk,
        "line_user_id": make_line_user_id("aoi"),
        "display_name": "aoi",
        "picture_url": "",
        "language": "",
        "status": "friend",
        "status_at": "2026-11-01T09:00:00+09:00",
        "followed_at": "2026-11-01T09:00:00+09:00",
        "blocked_at": None,
        "customer": "C-1",
        "tags": [{"id": tag.pk, "name": "VIP"}],
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=blocked", ["ren"]),
        ("linked=true", ["aoi"]),
        ("linked=false", ["mei", "ren"]),
        (f"line_user_id={make_line_user_id('mei')}", ["mei"]),
        ("updated_since=2026-10-01T00:00:00%2B09:00", ["ren", "aoi"]),
        ("status=friend&linked=false", ["mei"]),
    ],
)
def test_friends_are_found_by(call, query, found):
    make_link(make_friend("aoi", status_at=NOVEMBER))
    make_link(make_friend("ren", status_at=NOVEMBER, status="blocked"), unlinked_at=NOVEMBER)
    make_friend("mei", status_at=LONG_AGO)
    Friend.objects.update(created_at=LONG_AGO)

    assert names(call().get(f"friends/?{query}")) == found


def test_a_tag_is_put_on_and_taken_off_however_often(call):
    friend, tag = make_friend("aoi"), make_tag("VIP")
    address = f"friends/{friend.pk}/tags/{tag.pk}/"
    ours = call()

    assert [ours.put(address).status_code for _ in range(2)] == [204, 204]
    assert names(ours.get(f"friends/?tag={tag.pk}")) == ["aoi"]

    assert [ours.delete(address).status_code for _ in range(2)] == [204, 204]
    assert names(ours.get(f"friends/?tag={tag.pk}")) == []


def test_a_tag_that_is_not_there_is_not_put_on(call):
    friend = make_friend("aoi")

    assert call().put(f"friends/{friend.pk}/tags/999/").status_code == 404


def test_a_tag_is_made_renamed_and_deleted(call):
    ours = call()

    made = ours.post("tags/", {"name": "VIP"}).json()
    renamed = ours.patch(f"tags/{made['id']}/", {"name": "Gold", "color": "#aa0000"}).json()
    gone = ours.delete(f"tags/{made['id']}/")

    assert made == {"id": made["id"], "name": "VIP", "color": "#3b6ef6"}
    assert renamed == {"id": made["id"], "name": "Gold", "color": "#aa0000"}
    assert gone.status_code == 204
    assert ours.get(f"tags/{made['id']}/").status_code == 404


def test_a_tag_with_a_bad_name_or_colour_is_refused(call):
    ours = call()

    name = ours.post("tags/", {"name": "a|b"})
    color = ours.post("tags/", {"name": "a", "color": "red"})

    assert (name.status_code, name.json()["code"]) == (422, "bad_tag_name")
    assert (color.status_code, list(color.json()["fields"])) == (400, ["color"])
