"""A file of ad costs, from header to what is written."""

from decimal import Decimal
from io import BytesIO

import pytest

from imports.engine import Report, import_file
from routes.models import AdCost
from tests.factories import make_route


def take_in(text: str, encoding: str = "utf-8") -> Report:
    return import_file("ad_costs", BytesIO(text.encode(encoding)))


def test_a_japanese_file_is_taken_in_by_code_or_name(tenant):
    flyer, shop = make_route("秋のチラシ"), make_route("Shop")

    report = take_in(
        "経路,開始日,終了日,広告費,媒体,キャンペーン,表示回数,クリック数\n"
        f'{flyer.code.upper()},2026/11/1,2026-11-30,"￥30,000",print,,,\n'
        'Shop,2026年11月2日,,１２００円,cpc,秋,"10,000",70\n',
        "cp932",
    )

    assert (report.counts, report.refused) == ({"created": 2, "updated": 0, "unchanged": 0}, [])
    first, second = AdCost.objects.order_by("pk")
    assert (first.route, first.amount, str(first.to_on)) == (flyer, Decimal(30_000), "2026-11-30")
    assert (second.route, second.amount, second.from_on, second.clicks) == (shop, 1_200, second.to_on, 70)
    assert first.source == AdCost.Source.FILE


def test_the_same_file_again_changes_nothing(tenant):
    make_route("Flyer")
    file = "route,date,cost\nFlyer,2026-11-01,100\nFlyer,2026-11-02,200\n"

    take_in(file)
    report = take_in(file)

    assert report.counts == {"created": 0, "updated": 0, "unchanged": 2}
    assert AdCost.objects.count() == 2


def test_rows_that_cannot_go_in_are_named_with_the_reason_and_the_others_go_in(tenant):
    make_route("Flyer")
    make_route("Twin")
    make_route("Twin")

    report = take_in(
        "route,date,to,cost,clicks\n"
        "Flyer,2026-11-01,2026-11-10,100,\n"
        "Flyer,2026-11-10,2026-11-11,100,\n"
        "Nowhere,2026-11-01,,100,\n"
        "Twin,2026-11-01,,100,\n"
        "Flyer,2026-13-01,,100,\n"
        "Flyer,2026-12-01,,much,\n"
        "Flyer,2026-12-02,,-1,\n"
        "Flyer,2026-12-03,,1,many\n"
    )

    assert report.counts["created"] == 1
    assert sorted(line for line, _reason in report.refused) == [3, 4, 5, 6, 7, 8, 9]


@pytest.mark.parametrize("cell", ["", "🍁", "9" * 400, "=1+1", "ＮａＮ", "NaN", "1e400"])
def test_no_amount_that_is_none_goes_in(tenant, cell):
    make_route("Flyer")

    report = take_in(f"route,date,cost\nFlyer,2026-11-01,{cell}\nFlyer,2026-11-02,5\n")

    assert report.counts["created"] == 1
    assert [line for line, _reason in report.refused] == [2]
