"""The campaign page and the nightly count among a million friends; the board of a thousand clients."""

import json
import sys
from datetime import timedelta
from typing import Any

from benchmarks.planning_data import CLIENTS, SENDS, SIZE, busy_client, figure, seconds

SLUG = "bench-campaign"
TIMES = 9
NIGHTS = 3
# The least that a count of one night must read: what happened on its fifteen days, by one figure each.
BARE_NIGHT = [
    """SELECT link_id, at::date, count(*) FROM broadcasts_linkclick
       WHERE at >= current_date - 15 AND at < current_date GROUP BY 1, 2""",
    """SELECT owner, at::date, count(*), sum(amount) FROM attribution_credit
       WHERE at >= current_date - 15 AND at < current_date GROUP BY 1, 2""",
    """SELECT placed_at::date, count(*), sum(total) FROM shops_order
       WHERE placed_at >= current_date - 15 AND placed_at < current_date GROUP BY 1""",
    """SELECT type, at::date, count(*) FROM events_event WHERE type IN ('followed', 'blocked', 'coupon_got',
         'redeemed', 'answered', 'drew', 'entered') AND at >= current_date - 15 AND at < current_date
       GROUP BY 1, 2""",
]
BARE_PAGE = """
SELECT actual.metric, actual.day, sum(actual.value) FROM planning_actual actual
JOIN campaigns_assignment belongs ON belongs.owner = actual.owner AND belongs.ended_at IS NULL
WHERE belongs.campaign_id = %s GROUP BY 1, 2"""
BARE_BOARD = """
SELECT * FROM public.agency_figures_clientfigure
WHERE month IN (%s, %s) AND metric = ANY(%s) AND prices <> 'client'"""


def run() -> list[dict]:
    """Rows of docs/benchmarks.md."""
    with busy_client(SLUG) as (tenant, campaign):
        return [*_count(), *_pages(tenant, campaign), *_board(tenant)]


def _count() -> list[dict]:
    from planning import counting
    from planning.models import Count

    def night() -> None:
        Count.objects.update(counted_until=counting.today() - timedelta(days=2))
        counting.work(lambda: True)

    first = seconds(lambda: counting.work(lambda: True))
    nightly, floor = seconds(night, NIGHTS), seconds(lambda: [_bare(query) for query in BARE_NIGHT], NIGHTS)
    size = f"{SIZE.friends:,} friends, {SIZE.events:,} events, {SIZE.events // 5:,} clicks, {SENDS} sends"
    return [
        figure("first count of a client's days", first, None, "s", f"400 days; {size}"),
        figure(
            "nightly count of a client's days",
            nightly,
            floor,
            "s",
            f"15 days and what the agency is told; {size}; floor: four bare queries; median of {NIGHTS}",
        ),
    ]


def _pages(tenant: Any, campaign: Any) -> list[dict]:
    browser = _browser(tenant)
    addresses = [f"/c/{SLUG}/campaigns/{campaign.pk}/", f"/c/{SLUG}/planning/tree/{campaign.pk}/part/"]
    tree = f"/c/{SLUG}/planning/tree/{campaign.pk}/"
    for address in (*addresses, tree):
        _get(browser, address)
    page = seconds(lambda: [_get(browser, address) for address in addresses], TIMES) * 1_000
    whole = seconds(lambda: _get(browser, tree), TIMES) * 1_000
    floor = seconds(lambda: _bare(BARE_PAGE, [campaign.pk]), TIMES) * 1_000
    note = f"in process; floor: the sums of what belongs to it by one bare query; median of {TIMES}"
    return [
        figure("campaign page with its indicators in short", page, floor, "ms", note),
        figure("campaign, tree of indicators", whole, floor, "ms", note),
    ]


def _board(tenant: Any) -> list[dict]:
    from agency_figures.board import SHOWN
    from planning import counting

    month = counting.today().replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    _make_clients(tenant, [month, before])
    browser, address = _browser(tenant), f"/agency/figures/?month={month:%Y-%m}"
    _get(browser, address)
    ours = seconds(lambda: _get(browser, address), TIMES) * 1_000
    floor = seconds(lambda: _bare(BARE_BOARD, [month, before, list(SHOWN)]), TIMES) * 1_000
    note = (
        f"{len(SHOWN)} figures, lights, trends, spreads; floor: its rows by one bare query; median of {TIMES}"
    )
    return [figure(f"board of {CLIENTS:,} clients", ours, floor, "ms", note)]


def _make_clients(tenant: Any, months: list) -> None:
    """Rows of public only: the board needs no client's own schema."""
    from decimal import Decimal

    from django.utils import timezone
    from django_tenants.utils import schema_context

    from accounts.models import Tenant
    from agency_figures import figures
    from agency_figures.board import SHOWN
    from agency_figures.models import ClientFigure, Light, Prices

    lights = [Light.GREEN, Light.YELLOW, Light.RED, Light.GREY]
    with schema_context("public"):
        clients = Tenant.objects.bulk_create(
            Tenant(agency=tenant.agency, slug=f"bench-{n}", name=f"Client {n:04}", schema_name=f"c_bench_{n}")
            for n in range(CLIENTS)
        )
        ClientFigure.objects.bulk_create(
            (
                ClientFigure(
                    tenant=client,
                    month=month,
                    metric=code,
                    prices=prices,
                    value=Decimal(1_000 + number),
                    end=Decimal(1_100 + number),
                    target=Decimal(1_200),
                    light=lights[number % 4],
                    counted_at=timezone.now(),
                )
                for number, client in enumerate(clients)
                for month in months
                for code in SHOWN
                for prices in _prices(figures.get(code), Prices)
            ),
            batch_size=5_000,
        )


def _prices(figure_: Any, prices: Any) -> list:
    return [prices.NET, prices.CLIENT] if figure_.has_cost else [prices.NONE]


def _browser(tenant: Any) -> Any:
    from django.test import Client
    from django_tenants.utils import schema_context

    from accounts.models import Membership, User

    with schema_context("public"):
        email = "bench@example.jp"
        person = User.objects.filter(email=email).first()
        if person is None:
            person = User.objects.create_user(email, "bench")
            Membership.objects.create(user=person, agency=tenant.agency, role=Membership.Role.OWNER)
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(person)
        return browser


def _get(browser: Any, address: str) -> None:
    from django.db import connection
    from django_tenants.utils import tenant_context

    with tenant_context(connection.tenant):
        answer = browser.get(address)
    if answer.status_code != 200:
        raise AssertionError(f"{address}: {answer.status_code} {answer.headers.get('Location', '')}")


def _bare(query: str, given: list | None = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query, given)
        cursor.fetchall()


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2, ensure_ascii=False)
