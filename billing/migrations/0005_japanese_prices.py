"""The plans of LINE Official Account in Japan since 2023-06-01, with what is known of each figure."""

from datetime import date
from decimal import Decimal

from django.db import migrations

PAGE = "https://developers.line.biz/en/docs/messaging-api/pricing/"
OFFICIAL = (
    f"Fee, free messages and that there are no extra messages: {PAGE}, read as of 2026-08-07. "
    "In force since the revision of 2023-06-01: mico-inc.com/blog/line-official-account-price (secondary)."
)
STANDARD = f"Fee, free messages and “up to 3 yen” per extra message: {PAGE}, read as of 2026-08-07. "
UNTIL_2026_09 = STANDARD + (
    "Unit prices of extra messages come from secondary sources only: to number 1,000,000 the table of 2019 in "
    "github.com/fullkawa/line-at-cost; 3.0 and then 2.8 yen for the plans of 2023 confirmed by mico-inc.com and "
    "by the worked example of line-sm.com (70,000 extra messages = 206,000 yen). From number 1,000,001 on they are "
    "unverified. LINE's price list (a PDF on lycbiz.com) was not seen."
)
SINCE_2026_10 = STANDARD + (
    "Unit prices of extra messages are those in force until 2026-09-30. Several secondary sources of 2026 say that "
    "LINE revises them on 2026-10-01 with a smaller discount for large volumes; no source with the new prices was "
    "found. Replace them by LINE's price list, then price the months again."
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
BRACKETS = [{"up_to": end, "unit_price": price} for end, price in ENDS_AND_PRICES]
REVISION = date(2023, 6, 1)
PLANS = {
    ("communication", "コミュニケーションプラン", "Communication plan"): [
        (REVISION, None, 0, 200, [], True, OFFICIAL),
    ],
    ("light", "ライトプラン", "Light plan"): [
        (REVISION, None, 5_000, 5_000, [], True, OFFICIAL),
    ],
    ("standard", "スタンダードプラン", "Standard plan"): [
        (REVISION, date(2026, 9, 30), 15_000, 30_000, BRACKETS, False, UNTIL_2026_09),
        (date(2026, 10, 1), None, 15_000, 30_000, BRACKETS, False, SINCE_2026_10),
    ],
}


def add(apps, schema_editor):
    Plan, PriceTable = (apps.get_model("billing", name) for name in ("Plan", "PriceTable"))
    for (code, name_ja, name_en), tables in PLANS.items():
        plan = Plan.objects.create(country="JP", code=code, name_ja=name_ja, name_en=name_en)
        for valid_from, valid_to, fee, free, brackets, is_confirmed, source in tables:
            PriceTable.objects.create(
                plan=plan,
                valid_from=valid_from,
                valid_to=valid_to,
                currency="JPY",
                monthly_fee=fee,
                free_messages=free,
                brackets=brackets,
                tax_rate=Decimal("0.10"),
                is_tax_included=False,
                is_confirmed=is_confirmed,
                source=source,
            )


def remove(apps, schema_editor):
    """Fails, as it should, if a client has subscribed to one of these plans."""
    plans = apps.get_model("billing", "Plan").objects.filter(country="JP", code__in=[code for code, *_ in PLANS])
    apps.get_model("billing", "PriceTable").objects.filter(plan__in=plans).delete()
    plans.delete()


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_quota_readings")]

    operations = [migrations.RunPython(add, remove)]
