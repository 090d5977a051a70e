"""Results as files: Excel with all tables, CSV with one, and no cell a formula."""

import csv
import io
import zipfile

import pytest
from django.utils import timezone

from accounts import spreadsheets
from accounts.models import Activity
from accounts.spreadsheets import Sheet
from broadcasts.models import Broadcast, Insight, LinkClick, TrackedLink
from friends.models import Friend
from tests.broadcasts.sending import make_sent as make_taken
from tests.factories import make_friend

FORMULA = '=HYPERLINK("https://evil.example/")'
TABLES = ["figures", "hours", "bubbles", "links", "insight"]


def make_sent(*friends: Friend, **fields: object) -> Broadcast:
    made = make_taken(*(friends or [make_friend()]), **fields)
    Insight.objects.create(broadcast=made, day=1, delivered=1_000, opened=400, data={})
    return made


def make_click(broadcast: Broadcast, friend: Friend, url: str = "https://shop.example/") -> None:
    link = TrackedLink.objects.create(broadcast=broadcast, bubble=1, url=url, code=f"code{broadcast.pk}")
    LinkClick.objects.create(link=link, friend_id=friend.pk, is_first=True)


def rows_of(content: bytes, encoding: str = "utf-8-sig") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding))))


def texts_of(content: bytes) -> str:
    """Everything that an Excel file says."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


@pytest.fixture
def page(tenant, visit):
    """An account manager's browser."""
    return visit("account_manager")


def test_an_excel_file_has_every_table_of_a_send(page):
    broadcast = make_sent(name="秋の新作")

    answer = page.get(f"broadcasts/{broadcast.pk}/results/file/", {"kind": "xlsx"})
    said = texts_of(answer.content)

    for name in ("Figures", "Clicks by hour", "By bubble", "By link", "day by day"):
        assert name in said
    assert f"result-{broadcast.pk}-" in answer["Content-Disposition"]
    assert Activity.objects.filter(verb="broadcast.result_exported").exists()


@pytest.mark.parametrize("table", TABLES)
def test_a_csv_file_has_one_table_of_a_send(page, table):
    broadcast = make_sent()
    make_click(broadcast, make_friend())

    answer = page.get(f"broadcasts/{broadcast.pk}/results/file/", {"kind": "utf-8", "table": table})
    header, first, *_others = rows_of(answer.content)

    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert len(header) == len(first) > 1


@pytest.mark.parametrize(
    "asked", [{}, {"kind": "pdf"}, {"kind": "utf-8", "table": "friends"}, {"kind": "\0"}]
)
def test_a_file_that_there_is_not_is_refused(page, asked):
    assert page.get(f"broadcasts/{make_sent().pk}/results/file/", asked).status_code == 400


def test_shares_and_costs_stand_in_the_file_only_for_those_who_may_see_them(tenant, visit, page):
    broadcast = make_sent()
    address, asked = f"broadcasts/{broadcast.pk}/results/file/", {"kind": "utf-8"}

    seen = rows_of(page.get(address, asked).content)
    unseen = rows_of(visit("creator").get(address, asked).content)

    assert next(row for row in seen if row[0] == "Opened")[1:5] == ["400", "0.4000", "Delivered", "1000"]
    assert (seen[0][-1], seen[-1][0]) == ("Cost per each", "Cost")
    assert "Cost per each" not in unseen[0]
    assert "Cost" not in [row[0] for row in unseen]


def test_the_sends_of_a_period_stand_in_one_table_with_their_sums(page):
    make_sent(name="One")
    make_sent(name="Two")

    rows = rows_of(page.get("broadcasts/results/file/", {"kind": "utf-8", "sort": "-started"}).content)

    assert [row[1] for row in rows] == ["Name", "One", "Two", "Total"]
    assert rows[3][rows[0].index("Opened")] == "800"


def test_compared_sends_stand_in_one_table(page):
    first, second, _third = make_sent(name="One"), make_sent(name="Two"), make_sent(name="Three")
    asked = {"b": [first.pk, second.pk]}

    excel = page.get("broadcasts/results/compare/file/", asked | {"kind": "xlsx"})
    rows = rows_of(page.get("broadcasts/results/compare/file/", asked | {"kind": "utf-8"}).content)

    assert {row[1] for row in rows} == {"Name", "One", "Two", "Total"}
    assert "Three" not in texts_of(excel.content)
    assert page.get("broadcasts/results/compare/file/", {"kind": "xlsx"}).status_code == 400


def test_no_cell_is_taken_for_a_formula(page):
    friend = make_friend(FORMULA)
    broadcast = make_sent(friend, name=FORMULA, tracks_people=True)
    make_click(broadcast, friend, url="+cmd")

    listed = page.get("broadcasts/results/file/", {"kind": "utf-8"})
    clicks = page.get(f"broadcasts/{broadcast.pk}/clicks/file/", {"kind": "utf-8"})
    excel = page.get(f"broadcasts/{broadcast.pk}/clicks/file/", {"kind": "xlsx"})

    assert rows_of(listed.content)[1][1] == f"'{FORMULA}"
    assert rows_of(clicks.content)[1][2:5] == [f"'{FORMULA}", "1", "'+cmd"]
    assert "<f>" not in texts_of(excel.content)


def test_who_clicked_is_exported_by_those_who_may_export_friends(tenant, visit, page):
    friend = make_friend("葵")
    broadcast = make_sent(friend, tracks_people=True)
    make_click(broadcast, friend)

    rows = rows_of(page.get(f"broadcasts/{broadcast.pk}/clicks/file/", {"kind": "cp932"}).content, "cp932")

    assert (rows[1][0], rows[1][2]) == (str(friend.pk), "葵")
    assert Activity.objects.get(verb="broadcast.clicks_exported").detail["rows"] == 1
    assert visit("marketer").get(f"broadcasts/{broadcast.pk}/clicks/file/").status_code == 403


def test_what_shift_jis_does_not_have_becomes_a_mark(tenant):
    content = spreadsheets.as_csv(["〜"], [["🎏 鯉のぼり"]], "cp932")

    assert rows_of(content, "cp932") == [["～"], ["〓 鯉のぼり"]]


def test_an_excel_file_has_moments_numbers_and_what_is_not_known(tenant):
    row = [timezone.now(), 3, 0.25, None, "=1+1"]
    sheet = Sheet("x", "A/B: [test] " + "x" * 40, ["a", "b", "c", "d", "e"], [row])

    said = texts_of(spreadsheets.as_excel([sheet]))

    assert "A B   test" in said
    assert "=1+1" in said
    assert "<f>" not in said
