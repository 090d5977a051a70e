from datetime import UTC, datetime

import pytest

from events.models import Event
from friends import fields, values
from tests.factories import make_customer, make_field, make_friend, make_line_user_id, make_link, make_tag

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
    assert shown.pop("updated_at")
    assert shown == {
        "id": friend.pk,
        "line_user_id": make_line_user_id("aoi"),
        "display_name": "aoi",
        "own_name": "",
        "picture_url": "",
        "language": "",
        "status": "friend",
        "status_at": "2026-11-01T09:00:00+09:00",
        "followed_at": "2026-11-01T09:00:00+09:00",
        "blocked_at": None,
        "stopped_at": None,
        "customer": "C-1",
        "tags": [{"id": tag.pk, "name": "VIP", "color": tag.color}],
        "fields": {},
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
    make_link(make_friend("aoi", updated_at=NOVEMBER))
    make_link(make_friend("ren", updated_at=NOVEMBER, status="blocked"), unlinked_at=NOVEMBER)
    make_friend("mei", updated_at=LONG_AGO)

    assert names(call().get(f"friends/?{query}")) == found


def test_a_tag_is_put_on_and_taken_off_however_often(call):
    friend, tag = make_friend("aoi"), make_tag("VIP")
    address = f"friends/{friend.pk}/tags/{tag.pk}/"
    ours = call()

    assert [ours.put(address).status_code for _ in range(2)] == [204, 204]
    assert names(ours.get(f"friends/?tag={tag.pk}")) == ["aoi"]

    assert [ours.delete(address).status_code for _ in range(2)] == [204, 204]
    assert names(ours.get(f"friends/?tag={tag.pk}")) == []


def test_who_wants_no_broadcasts_is_written_down_however_often(call):
    address = f"friends/{make_friend('aoi').pk}/"
    ours = call()

    stopped = [ours.put(f"{address}stop/").status_code for _time in "12"]
    since = ours.get(address).json()["stopped_at"]
    again = ours.delete(f"{address}stop/").status_code

    assert (stopped, since is None, again) == ([204, 204], False, 204)
    assert ours.get(address).json()["stopped_at"] is None
    assert Event.objects.filter(type__in=["stopped", "resumed"]).count() == 2


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


def test_fields_and_own_name_are_written_and_read_in_their_types(call):
    for name, type_ in (("size", "number"), ("born", "date"), ("mail", "yes_no")):
        make_field(name, type_, key=name)
    make_field("skin", "choices", key="skin", choices=["dry", "oily"])
    friend = make_friend("aoi")
    given = {"size": 36.5, "born": "1990-04-30", "mail": True, "skin": ["oily", "dry"]}

    answer = call().patch(f"friends/{friend.pk}/", {"own_name": "Ms Tanaka", "fields": given})

    assert answer.status_code == 200
    shown = call().get(f"friends/{friend.pk}/").json()
    assert (shown["own_name"], shown["fields"]) == ("Ms Tanaka", given)

    call().patch(f"friends/{friend.pk}/", {"fields": {"size": None, "skin": []}})
    shown = call().get(f"friends/{friend.pk}/").json()
    assert shown["fields"] == {"born": "1990-04-30", "mail": True}


@pytest.mark.parametrize(
    ("fields_given", "code"),
    [({"size": "large"}, "bad_value"), ({"never": 1}, "no_such_field"), ({"old": 1}, "no_such_field")],
)
def test_a_value_that_does_not_fit_changes_nothing(call, fields_given, code):
    make_field("size", "number", key="size")
    fields.archive_field(make_field("old", "number", key="old"))
    friend = make_friend("aoi")

    answer = call().patch(f"friends/{friend.pk}/", {"own_name": "x", "fields": fields_given})

    assert answer.status_code in (400, 409, 422)
    assert answer.json()["code"] == code
    friend.refresh_from_db()
    assert friend.own_name == ""


def test_fields_are_made_changed_archived_and_listed(call):
    program = call()

    made = program.post("fields/", {"name": "Size", "type": "choice", "choices": ["S", "M"]}).json()
    refused = program.post("fields/", {"name": "Size", "type": "text"})
    changed = program.patch(f"fields/{made['id']}/", {"choices": ["S", "M", "L"], "is_archived": True}).json()

    assert made["key"].startswith("field_")
    assert refused.json()["code"] == "field_exists"
    assert (changed["choices"], changed["is_archived"]) == (["S", "M", "L"], True)
    assert program.get("fields/").json()["items"] == [changed]


def test_a_time_without_an_offset_is_refused(call):
    answer = call().get("friends/?updated_since=2026-10-01T00:00:00")

    assert answer.status_code == 400
    assert "offset" in answer.content.decode()


def test_friends_are_listed_with_fields_in_as_many_queries_for_fifty_as_for_one(
    call, django_assert_max_num_queries
):
    size = make_field("size", "number", key="size")
    for _number in range(50):
        values.set_values(make_friend(), {size: values.read(size, 1)})
    program = call()

    with django_assert_max_num_queries(15):
        assert len(program.get("friends/").json()["items"]) == 50
