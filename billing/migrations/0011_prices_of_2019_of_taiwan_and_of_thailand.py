"""Japan's prices of 2019, and the plans of Taiwan and Thailand, with what is known of each figure."""

from datetime import date
from decimal import Decimal

from django.db import migrations

FIRST_PLANS = (
    "Fees of 0, 5,000 and 15,000 yen, on sale since 2019-04-18, 1,000 to 45,000 free messages: "
    "netshop.impress.co.jp/node/6219 of 2019-02-15, after LINE's own announcement (secondary). "
    "1,000, 15,000 and 45,000 free messages until 2023-05-31: blog.socialplus.jp/knowledge/line-account-plan "
    "(secondary); from 2023-06-01 on an account had the plan of 2023 that stands in its place. Until 2023-01 an "
    "upgrade from the free plan in mid-month was charged by days; here the fee is that of a whole month. "
)
NO_EXTRA = FIRST_PLANS + "No extra messages: linestep.jp/2020/05/21/line_price_plan (secondary)."
LIGHT_EXTRA = FIRST_PLANS + (
    "5 yen per extra message: linestep.jp/2020/05/21/line_price_plan, line-sm.com/blog/lineofficial_totalprice "
    "(secondary, quoting LINE's page of the time)."
)
STANDARD_EXTRA = FIRST_PLANS + (
    "Up to 3 yen per extra message: line-sm.com/blog/lineofficial_totalprice (secondary, quoting LINE's page of the "
    "time). Unit prices to number 1,000,000: the table of 2019 in github.com/fullkawa/line-at-cost (secondary). From "
    "number 1,000,001 on they are unverified. LINE's price list was not seen."
)
TAIWAN = (
    "Fees and free messages since 2023-09-01, before tax: cacafly.com, notice of 2023-09, blog.alleypin.com and "
    "help.firstline.cc/feature/channels/line/pricing (secondary). LINE's page tw.linebiz.com was not seen. "
)
TAIWAN_HIGH = TAIWAN + (
    "Extra messages from NT$0.2 each, falling in steps (one source: to 0.011). The steps were not found: all are "
    "entered at 0.2, the most they can cost. Supersede this table by LINE's price list."
)
THAILAND = (
    "Unverified: every figure is from memory, and since when they hold is not known. Known is only that an account has "
    "paid for whole months since 2023-02-01: https://lineforbusiness.com/th/news/20221216_1. Earlier prices were "
    "lower (thestandard.co/line-official-account-price-increase). Supersede this table by LINE's price list."
)
ENDS_AND_PRICES = [
    (50_000, "3.0"),
    (100_000, "2.8"),
    (200_000, "2.6"),
    (300_000, "2.4"),
    (400_000, "2.2"),
    (500_000, "2.0"),
    (600_000, "1.9"),
    (700_000, "1.8"),
    (800_000, "1.7"),
    (900_000, "1.6"),
    (1_000_000, "1.5"),
    (3_000_000, "1.4"),
    (5_000_000, "1.3"),
    (7_000_000, "1.2"),
    (10_000_000, "1.1"),
    (None, "1.0"),
]


def brackets(*ends_and_prices):
    return [{"up_to": end, "unit_price": price} for end, price in ends_and_prices]


# Consumption tax was 8 % until 2019-09-30.
SPANS = [(date(2019, 4, 1), date(2019, 9, 30), "0.08"), (date(2019, 10, 1), date(2023, 5, 31), "0.10")]
JAPAN = {
    "communication": ("フリープラン", "Free plan", 0, 1_000, [], NO_EXTRA),
    "light": ("ライトプラン", "Light plan", 5_000, 15_000, brackets((None, "5.0")), LIGHT_EXTRA),
    "standard": (
        "スタンダードプラン",
        "Standard plan",
        15_000,
        45_000,
        brackets(*ENDS_AND_PRICES),
        STANDARD_EXTRA,
    ),
}
ABROAD = [
    ("TW", "TWD", date(2023, 9, 1), "0.05", [
        ("light_usage", "輕用量", "Light usage (輕用量)", 0, 200, [], TAIWAN + "No extra messages."),
        ("medium_usage", "中用量", "Medium usage (中用量)", 800, 3_000, [], TAIWAN + "No extra messages."),
        ("high_usage", "高用量", "High usage (高用量)", 1_200, 6_000, brackets((None, "0.2")), TAIWAN_HIGH),
    ]),
    ("TH", "THB", date(2023, 2, 1), "0.07", [
        ("free", "フリー（Free）", "Free", 0, 300, [], THAILAND),
        ("basic", "ベーシック（Basic）", "Basic", 1_280, 15_000, brackets((None, "0.10")), THAILAND),
        ("pro", "プロ（Pro）", "Pro", 1_780, 35_000, brackets((None, "0.06")), THAILAND),
    ]),
]  # fmt: skip


def add(apps, schema_editor):
    Plan, PriceTable = (apps.get_model("billing", name) for name in ("Plan", "PriceTable"))
    for code, (name_ja, name_en, fee, free, extra, source) in JAPAN.items():
        plan = Plan.objects.get(country="JP", code=code)
        for valid_from, valid_to, tax_rate in SPANS:
            PriceTable.objects.create(
                plan=plan,
                valid_from=valid_from,
                valid_to=valid_to,
                currency="JPY",
                monthly_fee=fee,
                free_messages=free,
                brackets=extra,
                tax_rate=Decimal(tax_rate),
                name_ja="" if name_ja == plan.name_ja else name_ja,
                name_en="" if name_en == plan.name_en else name_en,
                source=source,
            )
    for country, currency, valid_from, tax_rate, plans in ABROAD:
        for code, name_ja, name_en, fee, free, extra, source in plans:
            plan = Plan.objects.create(country=country, code=code, name_ja=name_ja, name_en=name_en)
            PriceTable.objects.create(
                plan=plan,
                valid_from=valid_from,
                currency=currency,
                monthly_fee=fee,
                free_messages=free,
                brackets=extra,
                tax_rate=Decimal(tax_rate),
                source=source,
            )


def remove(apps, schema_editor):
    """Fails, as it should, if a client has subscribed to one of these plans."""
    Plan, PriceTable = (apps.get_model("billing", name) for name in ("Plan", "PriceTable"))
    PriceTable.objects.filter(plan__country="JP", valid_from__lt=date(2023, 6, 1), tenant=None).delete()
    abroad = Plan.objects.filter(country__in=["TW", "TH"])
    PriceTable.objects.filter(plan__in=abroad).delete()
    abroad.delete()


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_notices_are_priced_again")]

    operations = [migrations.RunPython(add, remove)]
