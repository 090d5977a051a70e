"""Lists of friends: by hand, pasted, from files, from segments."""

import io
import threading

import pytest
from django.db import close_old_connections
from django_tenants.utils import tenant_context

from imports import engine
from segments import services
from segments.errors import (
    BadListName,
    InvalidTree,
    ListExists,
    ListInUse,
    NobodyThere,
    SameList,
    TooManyPasted,
)
from segments.lists import commands as lists
from segments.lists import files as list_files
from segments.lists import pasting
from segments.lists.pasting import Means
from segments.models import FriendList
from tests.factories import (
    make_customer,
    make_friend,
    make_line_user_id,
    make_link,
    make_list,
    make_segment,
    make_tag,
)
from tests.segments.test_leaves import names


def on(listed: FriendList) -> dict:
    return {"type": "list", "list": listed.pk}


def file(text: str) -> io.BytesIO:
    return io.BytesIO(text.encode())


def test_a_segment_asks_for_a_list_as_it_is_now(tenant):
    aoi, ren, mio = make_friend("aoi"), make_friend("ren"), make_friend("mio")
    vip = make_list("VIP", friends=[aoi])
    before = names(on(vip))

    lists.add(vip, [aoi.pk, ren.pk, mio.pk])
    lists.remove(vip, [aoi.pk])

    assert (before, names(on(vip))) == ({"aoi"}, {"ren", "mio"})
    assert services.words(on(vip)) == "on the list “VIP”"


def test_adding_and_removing_again_changes_nothing(tenant):
    aoi, vip = make_friend("aoi"), make_list()

    assert lists.add(vip, [aoi.pk, aoi.pk, 2**31 - 1]) == [aoi.pk]
    assert lists.add(vip, [aoi.pk]) == []
    assert lists.remove(vip, [aoi.pk]) == [aoi.pk]
    assert lists.remove(vip, [aoi.pk]) == []


def test_friends_move_from_list_to_list(tenant):
    aoi, ren, mio = make_friend("aoi"), make_friend("ren"), make_friend("mio")
    first, second = make_list("first", friends=[aoi, ren]), make_list("second", friends=[ren])

    moved = lists.move(first, second, [aoi.pk, ren.pk, mio.pk])

    assert sorted(moved) == [aoi.pk, ren.pk]
    assert (names(on(first)), names(on(second))) == (set(), {"aoi", "ren"})
    with pytest.raises(SameList):
        lists.move(first, first, [aoi.pk])


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\nb", "a\0b"])
def test_a_name_that_is_none_is_refused(tenant, name):
    with pytest.raises(BadListName):
        lists.create_list(name)


def test_names_are_there_once(tenant):
    make_list("VIP")
    other = make_list("Other")

    with pytest.raises(ListExists):
        lists.create_list(" VIP ")
    with pytest.raises(ListExists):
        lists.change_list(other, name="VIP")

    assert lists.create_list("👩‍👩‍👧 ＶＩＰ").name == "👩‍👩‍👧 ＶＩＰ"


def test_a_list_that_a_segment_asks_for_cannot_be_deleted(tenant):
    vip, other = make_list(friends=[make_friend("aoi")]), make_list("Other")
    asked = on(vip)
    segment = make_segment({"all": [{"not": {"any": [asked]}}]}, name="Not VIP")

    lists.delete_list(other)
    with pytest.raises(ListInUse) as refused:
        lists.delete_list(vip)
    services.delete_segment(segment)
    lists.delete_list(vip)

    assert "“Not VIP”" in refused.value.message
    assert names(asked) == set()
    assert services.words(asked) == "on the list “deleted list”"
    with pytest.raises(InvalidTree):
        make_segment({"all": [asked]})


def test_the_people_of_a_segment_are_kept_as_they_are_now(tenant):
    tag = make_tag()
    make_friend("aoi", tags=[tag])
    make_friend("gone", tags=[tag], status="blocked")
    segment = make_segment({"any": [{"type": "tag", "tag": tag.pk}]}, name="Tagged")

    kept = lists.from_segment(segment, "Tagged in June")
    make_friend("ren", tags=[tag])

    assert names(on(kept)) == {"aoi"}
    with pytest.raises(ListExists):
        lists.from_segment(segment, "Tagged in June")


def test_nobody_is_not_kept(tenant):
    with pytest.raises(NobodyThere):
        lists.from_segment(make_segment(), "Nobody")


def test_pasted_ids_of_each_kind_with_what_was_not_found(tenant):
    aoi, ren, mio = make_friend("aoi"), make_friend("ren"), make_friend("mio")
    make_link(ren, make_customer("C-1"))
    make_customer("C-2")
    text = f"{aoi.line_user_id}\n\nＣ－１, C-2\r\nC-9\t{make_line_user_id('nobody')}\n{aoi.line_user_id}"

    found = pasting.find(text)

    assert found.friends == [aoi.pk, ren.pk]
    assert [(each.line, each.given, each.reason) for each in found.missing] == [
        (3, "C-2", "the customer is not linked to a friend"),
        (4, "C-9", "no customer has this number"),
        (4, make_line_user_id("nobody"), "no friend has this LINE user ID"),
    ]
    assert pasting.find(f"{mio.pk} {2**31} 99999999999999 -1 ²", Means.FRIEND).friends == [mio.pk]


@pytest.mark.parametrize("text", ["", " \n,;", "\0", "'; DROP TABLE segments_friendlist; --", "👩‍👩‍👧", "%s"])
def test_what_is_no_id_names_nobody(tenant, text):
    assert pasting.find(text).friends == []
    assert pasting.find(text, Means.FRIEND).friends == []


def test_a_hundred_thousand_pasted_ids_take_few_queries_and_more_are_refused(
    tenant, django_assert_max_num_queries
):
    aoi = make_friend("aoi")
    text = "\n".join([aoi.line_user_id, *(str(number) for number in range(99_999))])

    with django_assert_max_num_queries(4):
        found = pasting.find(text)
    with pytest.raises(TooManyPasted):
        pasting.find(text + "\n1")

    assert (found.friends, len(found.missing)) == ([aoi.pk], 99_999)


def test_a_file_fills_lists_and_makes_new_ones(tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    make_link(ren, make_customer("C-1"))
    vip = make_list("VIP", friends=[aoi])
    text = (
        "リスト名,LINEユーザーID,会員番号\n"
        f"VIP,{aoi.line_user_id},\n"
        "VIP,,C-1\n"
        "New,,C-1\n"
        "New,,C-404\n"
        "New,U12,\n"
        "New,,\n"
        f",{aoi.line_user_id},\n"
        "VIP,,C-1\n"
    )

    report = engine.import_file("friend_list", file(text))

    assert report.counts == {"added": 2, "unchanged": 1, "lists": 1}
    assert dict(report.refused) == {
        5: "No customer has this number",
        6: "A LINE user ID is U and 32 of the characters 0–9 and a–f.",
        7: "The row has neither a LINE user ID nor a customer number.",
        8: "Name of the list is missing.",
        9: "The same stands in line 3 already.",
    }
    assert names(on(vip)) == {"aoi", "ren"}
    assert names(on(FriendList.objects.get(name="New"))) == {"ren"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_file_for_one_list_needs_no_name_of_it(tenant, encoding):
    make_link(make_friend("aoi"), make_customer("会員1"))
    vip = make_list("お得意様")
    given = io.BytesIO('会員番号,list\n会員1,Other\n"会員2\n'.encode(encoding))

    with list_files.with_list(given, vip) as rows:
        report = engine.import_file("friend_list", rows)

    assert (report.counts["added"], report.refused_count) == (1, 1)
    assert names(on(vip)) == {"aoi"}
    assert FriendList.objects.count() == 1


def test_two_who_fill_a_list_at_once_put_everybody_on_it_once(own_tenant):
    friends = [make_friend().pk for _friend in range(40)]
    vip = make_list()
    added: list[int] = []

    def fill(part: list[int]) -> None:
        try:
            with tenant_context(own_tenant):
                added.extend(lists.add(vip, part))
        finally:
            close_old_connections()

    threads = [threading.Thread(target=fill, args=[part]) for part in (friends, friends[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(added) == friends
    assert services.count(on(vip)).total == 40


def test_what_another_client_has_is_on_no_list(tenant, other_tenant):
    with tenant_context(other_tenant):
        stranger = make_friend("stranger")
        make_link(stranger, make_customer("C-1"))
    vip = make_list()

    found = pasting.find(f"{stranger.line_user_id}\nC-1")

    assert found.friends == []
    assert lists.add(vip, [stranger.pk + 1_000_000]) == []
