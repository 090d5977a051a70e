"""What a report says is what its sources say, on the page, on paper and in Excel, in both languages."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from accounts import current
from agency_library import branding
from campaigns import services as campaigns
from costs.periods import Period
from costs.returns import report as returns
from costs.rows import Asked, By
from costs.spending import Eyes
from planning import prefill, reading
from planning.metrics import registry
from planning.publishing import ClientEyes
from reports import drafting, files, life, scope, showing
from reports.blocks import Chart, Paragraphs, Send, Table, Tiles
from reports.models import Report
from reports.printing import pdf
from reports.sections import ways_in
from reports.sections.told import Told
from reports.writing import Hand
from routes import returns as routes
from shops.models import ShopSettings
from tests.agency_library.branding import make_picture
from tests.costs.factories import agree
from tests.factories import make_ad_cost, make_campaign
from tests.planning.factories import counted_until
from tests.reports.factories import OCTOBER, make_report, make_reported_send
from tests.reports.paper import text_of

pytestmark = pytest.mark.usefixtures("first_of_november")
IN_OCTOBER = Period.of_month(OCTOBER)


def section(report: Report, code: str, language: str = "en"):
    return next(each for each in showing.sections(report, language) if each.code == code)


def table(report: Report, code: str) -> Table:
    return next(block for block in section(report, code).blocks if isinstance(block, Table))


def tile(report: Report, code: str, label: str):
    tiles = [
        each for block in section(report, code).blocks if isinstance(block, Tiles) for each in block.tiles
    ]
    return next(each.value for each in tiles if each.label == label)


def test_sums_of_the_month_are_those_of_the_daily_figures():
    report = make_report()

    days = reading.of_client(ClientEyes(current.tenant()), scope.DAILY, IN_OCTOBER)
    for code, label in (
        ("friends", "Friends"),
        ("new_friends", "New friends"),
        ("lost", "Blocked on the day"),
    ):
        metric = registry.get(code)
        assert metric
        assert tile(report, "friends", label) == prefill.value_of(metric, days)
    assert tile(report, "orders", "Orders") == sum(days["orders"].values())
    assert tile(report, "orders", "Revenue") == sum(days["revenue"].values())


def test_cost_is_that_of_the_page_of_returns():
    report = make_report()

    found = returns(ClientEyes(current.tenant()), Asked(IN_OCTOBER, By.MONTH)).total
    assert tile(report, "cost", "In all") == found.spend.total.quantize(Decimal("0.000001"))
    assert tile(report, "cost", "Messages sent") == found.messages
    assert table(report, "cost").foot == ["Total", tile(report, "cost", "In all")]


def test_each_send_stands_with_its_message_and_its_results():
    rows = table(make_report(), "sends").rows

    assert [row[1] for row in rows] == ["秋のセール 0", "秋のセール 1", "秋のセール 2"]
    assert [row[2] for row in rows] == [2_000, 2_100, 2_200]
    assert rows[0][3] == Decimal(900) / 2_000
    cards = [block for block in section(make_report(), "sends").blocks if isinstance(block, Send)]
    assert cards[0].messages[1]["template"]["title"] == "秋のコート 20%OFF"


def test_best_and_worst_are_by_the_share_who_clicked_among_sends_to_enough_people():
    make_reported_send(9, name="Tiny")
    report = make_report()
    rows = report.figures["parts"]["sends"]["rows"]
    rows[-1] |= {"delivered": 99, "clicked": 99, "clicked_of": 99}

    told = table(report, "best").rows

    assert [(row[0], row[1]) for row in told] == [("Best", "秋のセール 0"), ("Worst", "秋のセール 2")]


def test_two_sends_have_no_best():
    report = make_report()
    report.figures["parts"]["sends"]["rows"].pop()

    assert "best" not in [each.code for each in showing.sections(report, "en")]


def test_routes_are_those_of_their_own_page():
    make_ad_cost(amount=31_000, from_on=date(2026, 10, 1), to_on=date(2026, 10, 31))

    rows = table(make_report(), "routes").rows

    [(route, found)] = routes.of_period(IN_OCTOBER.first, IN_OCTOBER.last)
    assert (rows[0][0], rows[0][5]) == (route.name, found.cost)


def test_targets_stand_with_lights_and_what_moved_them():
    found = section(make_report(), "targets")

    rows = next(block for block in found.blocks if isinstance(block, Table)).rows
    assert [(row[0], row[1]) for row in rows] == [
        ("Friends", Decimal(13_000)),
        ("Clicks", Decimal(900)),
        ("Revenue from LINE", Decimal(700_000)),
    ]
    assert rows[1][4] == "▲ Nearly there"
    assert found.lead == "2 of 3 targets are reached, or on the way to it."
    said = [text for block in found.blocks if hasattr(block, "texts") for text in block.texts]
    assert any("against" in text and "秋のセール 0" in text for text in said)


def test_a_client_with_a_mark_up_reads_its_own_prices_whoever_drafts():
    agree(kind="markup", rate=Decimal("0.5"), shows="gross", since=date(2026, 7, 1))
    report = make_report()

    net = returns(Eyes(current.tenant()), Asked(IN_OCTOBER, By.MONTH)).total.spend
    shown = tile(report, "cost", "In all")

    assert shown == returns(ClientEyes(current.tenant()), Asked(IN_OCTOBER, By.MONTH)).total.spend.total
    assert shown != net.total
    assert "Price" in [each.label for each in showing.figures(showing.told(report))]
    assert not report.figures["about"]["shows_net"]


def test_the_summary_follows_from_the_figures_until_somebody_writes_one():
    report = make_report()

    sentences = showing.summary_in(report, "en")
    assert sentences[0].startswith("13,640 friends at the end (+1,240): ")
    assert "3 sends were delivered 6,300 times" in sentences[1]
    assert len(sentences) == 3
    changed = life.change(report, summary="良い月でした。\n\n続けます。", by=None)

    assert showing.summary_in(changed, "en") == ["良い月でした。", "続けます。"]


def test_sections_are_switched_off_and_ordered():
    report = life.change(make_report(), sections=[["orders", True], ["friends", False]], by=None)

    codes = [each.code for each in showing.sections(report, "en")]

    assert codes[0] == "orders"
    assert "friends" not in codes


def test_a_report_of_a_campaign_has_what_belongs_to_it():
    campaign = make_campaign("Autumn", starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 31))
    send = make_reported_send(5, name="Of the campaign")
    campaigns.assign(send.ledger_owner, campaign, by=None)

    report = drafting.draft(drafting.campaign(campaign), by=None)

    assert [row[1] for row in table(report, "sends").rows] == ["Of the campaign"]
    assert showing.title(report) == "Campaign report: Autumn"
    assert "friends" not in report.figures["parts"]


def test_counted_again_the_report_of_a_campaign_has_the_days_that_it_has_now():
    campaign = make_campaign("Autumn", starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 31))
    report = drafting.draft(drafting.campaign(campaign), by=None)
    type(campaign).objects.filter(pk=campaign.pk).update(starts_on=date(2026, 10, 5))

    counted = drafting.count_again(report, by=None)

    assert (counted.first, counted.last) == (date(2026, 10, 5), date(2026, 10, 31))


def test_a_report_of_a_send_has_its_figures():
    report = drafting.draft(drafting.send(make_reported_send(4, name="One")), by=None)

    [card] = [block for block in section(report, "send").blocks if isinstance(block, Send)]
    assert {fact.label: fact.value for fact in card.facts}["Opens"] == 700
    assert tile(report, "orders", "Orders") == 12


def test_what_ads_cost_in_yen_is_named_so_where_the_client_pays_in_another_currency():
    row = {"name": "Flyer", "new": 4, "linked": 1, "buyers": 1} | {
        "revenue": "5000",
        "cost": "1000",
        "each": "250",
    }
    data = {"rows": [row], "total": {"cost": "1000", "new": 4, "each": "250"}, "left": 0, "currency": "JPY"}
    told = Told(Hand("THB", "Asia/Bangkok"), {}, "month", IN_OCTOBER.first, IN_OCTOBER.last)

    with translation.override("en"):
        [shown] = ways_in.show_routes(data, told).blocks

    assert [column.label for column in shown.columns][4:] == [
        "Revenue (JPY)",
        "Ad cost (JPY)",
        "Per friend (JPY)",
    ]
    assert told.hand.written(shown.rows[0][5], shown.kind(0, 5)) == "1,000"


def test_revenue_in_another_currency_than_cost_is_left_out():
    ShopSettings.objects.create(pk=1, currency="USD")
    report = make_report()

    orders, rows = report.figures["parts"]["orders"], report.figures["parts"]["benchmark"]["rows"]
    assert orders["orders"] == str(sum(3 + number % 4 for number in range(61, 92)))
    assert (orders["revenue"], orders["roas"]) == (None, None)
    assert not {"revenue", "roas"} & {row["code"] for row in rows}
    assert table(report, "scenarios").rows[0][4] is None
    assert tile(report, "orders", "Revenue") is None


def test_days_that_are_not_counted_yet_are_named():
    counted_until(date(2026, 10, 20))

    said = [
        text
        for block in section(make_report(), "summary").blocks
        if isinstance(block, Paragraphs)
        for text in block.texts
    ]

    assert said[-1] == "Days after 2026/10/20 were not counted yet."


def test_means_are_of_the_months_that_are_known():
    rows = {row[0]: row[1:] for row in table(make_report(), "benchmark").rows}

    now, before, mean3, _mean12, year, _median = rows["New friends"]
    assert mean3 is not None
    assert min(before, 1_400) <= mean3 <= max(before, 1_500)
    assert (now, year) == (1_490, None)


def test_charts_ask_a_question_in_their_title():
    charts = [
        block
        for each in showing.sections(make_report(), "en")
        for block in each.blocks
        if isinstance(block, Chart)
    ]

    assert charts
    assert all(chart.title.endswith("?") for chart in charts)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_excel_has_a_sheet_for_each_section_with_real_numbers_and_charts(language):
    report = make_report()
    make_reported_send(7, name="=1+1")

    book = zipfile.ZipFile(io.BytesIO(files.excel_of(report, language)))

    names = book.read("xl/workbook.xml").decode()
    for each in showing.sections(report, language):
        assert each.title[:31] in names.replace("&amp;", "&")
    sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name]
    assert any("<v>13640</v>" in sheet for sheet in sheets)
    assert any("xl/charts/chart" in name for name in book.namelist())
    assert not any("<f>" in sheet for sheet in sheets)
    assert all("<pane" in sheet for sheet in sheets if "<v>2100</v>" in sheet)


def test_a_name_that_looks_like_a_formula_stays_text():
    make_reported_send(7, name="=HYPERLINK(1)")
    report = make_report()

    book = zipfile.ZipFile(io.BytesIO(files.excel_of(report, "en")))

    assert not any(b"<f>" in book.read(name) for name in book.namelist() if "worksheets/sheet" in name)
    assert b"=HYPERLINK(1)" in book.read("xl/sharedStrings.xml")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_pdf_is_built_with_long_names_and_an_agencys_logo(language, tenant):
    make_reported_send(
        8, name="とても長い名前" * 14, messages=[{"type": "text", "text": "長い文章です。" * 300}]
    )
    make_reported_send(9, name="W" * 100, messages=[{"type": "text", "text": "x" * 4_900}])
    look = branding.of(tenant.agency_id)
    look.logo, look.logo_width, look.logo_height = branding.read_logo(make_picture())

    assert pdf(make_report(), language, look).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Monthly report 2026/10", "For Apparel", "Sakura Agency", "Targets and actuals", "On track"]),
        ("ja", ["月次レポート 2026年10月", "Apparel 御中", "目標と実績", "秋のコート 20%OFF", "商品を見る"]),
    ],
)
def test_the_pdf_says_names_and_numbers_in_its_language(language, words, tenant):
    report = life.change(make_report(), comment="よい月でした。 A good month.", by=None)

    said = text_of(pdf(report, language, branding.of(tenant.agency_id)))

    for each in [*words, "13,640", "秋のセール 1", "よい月でした。", "A good month."]:
        assert each.replace(" ", "") in said.replace(" ", "")


def test_each_page_of_a_draft_says_so_and_none_of_a_released_report(tenant):
    report, look = make_report(), branding.of(tenant.agency_id)

    draft, released = pdf(report, "en", look), pdf(report, "en", look, is_released=True)

    assert text_of(draft).count("DRAFT") > 1
    assert "DRAFT" not in text_of(released)
