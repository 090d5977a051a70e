"""Pairs of customer and LINE user from a file."""

from io import BytesIO

import pytest

from imports import engine
from linking.models import Link, LinkConflict
from tests.factories import make_customer, make_friend, make_line_user_id, make_link

AOI, REN = make_line_user_id("aoi"), make_line_user_id("ren")


def take_in(text: str, encoding: str = "utf-8-sig") -> engine.Report:
    return engine.import_file("links", BytesIO(text.encode(encoding)))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_pairs_of_another_tool_are_linked_with_their_times(tenant, encoding):
    for number in ("A-1", "Ａ２"):
        make_customer(number)

    report = take_in(
        "会員番号,LINEユーザーID,連携日時,同意文\n"
        f"A-1,{AOI},2026/9/1 9:30,連携に同意します\nＡ２,{REN},2026年9月2日,\n",
        encoding,
    )

    assert (report.counts["linked"], report.refused) == (2, [])
    link = Link.objects.get(friend__line_user_id=AOI)
    assert (link.linked_at.isoformat(), link.consent) == ("2026-09-01T00:30:00+00:00", "連携に同意します")


def test_the_same_file_again_changes_nothing(tenant):
    make_customer("A-1")
    file = f"customer_id,line_uid\nA-1,{AOI}\n"
    take_in(file)

    report = take_in(file)

    assert (report.counts["linked"], report.counts["unchanged"]) == (0, 1)


@pytest.mark.parametrize(
    "row",
    [
        f",{AOI},,",
        "A-1,,,",
        "A-1,aoi,,",
        "A-1,,👩‍👩‍👧,",
        "A-1,,-5,",
        "A-1,,99999999999,",
        f"A-1,,{'9' * 5_000},",
        f"nobody,{AOI},,",
        f"A-1,{AOI},,2026-02-31",
        f"A-1,{AOI},,soon",
        f"A-1,{AOI},,2026-09-01 25:00",
    ],
)
def test_a_bad_row_is_refused_and_the_others_go_in(tenant, row):
    make_customer("A-1")
    make_customer("A-2")

    report = take_in(f"customer_id,line_uid,friend id,linked at\n{row}\nA-2,{REN},,\n")

    assert (report.counts["linked"], report.refused_count) == (1, 1)


def test_what_contradicts_is_kept_for_a_person(tenant):
    make_link(make_friend("aoi"), make_customer("A-1"))
    make_customer("A-2")

    report = take_in(f"customer_id,line_uid\nA-2,{AOI}\n")

    assert (report.counts["conflict"], LinkConflict.objects.open().count()) == (1, 1)


def test_two_rows_that_contradict_each_other_are_both_refused(tenant):
    make_customer("A-1")
    make_customer("A-2")

    report = take_in(f"customer_id,line_uid\nA-1,{AOI}\nA-2,{AOI}\n")

    assert report.refused_count == 2
    assert not Link.objects.exists()
