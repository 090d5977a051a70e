"""A client that sees only its own price finds no trace of LINE's: on no page, in no file, by no API.

The proof does not look for figures: it changes them. With a price per message, what the client pays does not
depend on LINE's prices at all; so every amount that such a reader is shown must stay the same, digit by
digit, whatever LINE charges. For who may see net the same pages do change.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django_tenants.utils import schema_context

from billing import ledger
from billing import services as billing
from billing.models import Plan, PriceTable
from broadcasts.models import Broadcast
from scenarios.models import Scenario
from tests.api.conftest import Caller, caller, make_key
from tests.api.test_who_may import TABLE as API_TABLE
from tests.billing.factories import make_entry
from tests.contracts.factories import make_contract
from tests.factories import make_user
from tests.one_of_each import one_of_each
from tests.test_permissions import CLIENT_ADMIN, PAGES
from tests.visiting import sign_in

CHEAP = {"monthly_fee": Decimal(15_317), "unit_prices": ("2.8137", "2.7391")}
DEAR = {"monthly_fee": Decimal(19_731), "unit_prices": ("3.9173", "3.6719")}
# What has decimals or a currency's sign. Moments, addresses and numbers of rows are none.
AMOUNT = re.compile(r"(?:¥|NT\$|฿)\s?[\d,]+(?:\.\d+)?|(?<![\w:.+-])\d[\d,]*\.\d{1,6}(?![\w.:])")
# Where a drawing's parts stand, in hundredths that go on with the minutes: any short figure may come by.
DRAWN = re.compile(r'\b(?:[xy][12]?|width|height|points)="[^"]*"')
READERS = ("marketer", "approver")
# What shows other figures when it is asked otherwise.
ASKED = [
    f"cost/returns/?by={by}&view={view}" for by in ("send", "month") for view in ("average", "list_price")
]
ASKED_API = [
    "costs/?by=month",
    "costs/?view=average",
    "costs/?view=list_price",
    "costs/actuals/?fees=false",
    "forecast/?messages=50000",
]
# Where who sees net is shown LINE's amounts: were these pages the same, the proof would prove nothing.
SCENARIOS = {"scenarios/", "scenarios/{scenario}/results/", "scenarios/{scenario}/results/file/"}
TELLING = {"cost/", "cost/entries/", "broadcasts/results/", "broadcasts/{broadcast}/results/", "", *ASKED}
TELLING |= SCENARIOS
TELLING_API = {"ledger/", "results/", "scenarios/{scenario}/results/", *ASKED_API}


@contextmanager
def world(tenant, broadcast: Broadcast, *, monthly_fee: Decimal, unit_prices: tuple) -> Iterator[None]:
    """LINE's prices are these, and things were sent at them; all is forgotten afterwards."""
    mark = transaction.savepoint()
    first, then = unit_prices
    month = timezone.localdate().replace(day=1)
    brackets = [{"up_to": 5_000, "unit_price": first}, {"up_to": None, "unit_price": then}]
    with schema_context("public"):
        PriceTable.objects.create(
            plan=Plan.objects.get(country="JP", code="standard"),
            tenant_id=tenant.pk,
            valid_from=month,
            monthly_fee=monthly_fee,
            free_messages=211,
            brackets=brackets,
            source="A contract with LINE",
            is_confirmed=True,
        )
        billing.subscribe(tenant.pk, plan="standard", since=month)
    owner = f"broadcast:{broadcast.pk}"
    scenario = Scenario.objects.values_list("pk", flat=True).get(name="Welcome")
    now = timezone.now()
    ledger.post(
        tenant.pk,
        [
            make_entry(3_307, f"{owner}/batch:1", at=now),
            make_entry(5_701, f"{owner}/batch:2", at=now),
            make_entry(17, "test:1/batch:1", at=now, kind="test"),
            make_entry(6_011, f"scenario:{scenario}/step:say/send:1", at=now, kind="push"),
        ],
    )
    yield
    transaction.savepoint_rollback(mark)


def make_things(tenant, **terms: object) -> tuple[dict[str, object], Broadcast]:
    """A contract, one of each thing that an address names, and the broadcast among them, which was sent."""
    make_contract(tenant, **terms)
    things = one_of_each(tenant)
    begun = timezone.now() - timedelta(minutes=1)
    broadcast = Broadcast.objects.filter(pk=things["broadcast"])
    broadcast.update(status="sent", started_at=begun, finished_at=begun, most_amount=Decimal("777.77"))
    return things, broadcast.get()


def addresses(role: str) -> list[str]:
    """Of all pages that this role may look at."""
    rows = [*PAGES, *CLIENT_ADMIN]
    return [
        path
        for method, path, allowed, status in rows
        if method == "GET" and role in allowed and status == 200
    ]


def own_month() -> str:
    return f"ledger/owners/?month={timezone.localdate():%Y-%m}"


def amounts(text: str) -> Counter[str]:
    return Counter(AMOUNT.findall(text))


def read(client: Client, path: str, things: dict[str, object]) -> Counter[str]:
    """The amounts of an answer, be it a page, a file or JSON."""
    answer = client.get(f"/c/apparel/{path.format(**things)}")
    content = b"".join(answer) if answer.streaming else answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"\n".join(book.read(name) for name in book.namelist() if name.endswith(".xml"))
    return amounts(content.decode("utf-8", "replace"))


def ask(program: Caller, path: str, things: dict[str, object]) -> Counter[str]:
    answer = program.get(path.format(**things))
    content = b"".join(answer) if answer.streaming else answer.content
    return amounts(content.decode("utf-8", "replace"))


def seen(tenant, broadcast, prices: dict, look) -> dict[str, Counter[str]]:
    with world(tenant, broadcast, **prices):
        return look()


def different(tenant, broadcast, look) -> set[str]:
    """Which of what is looked at is not the same in both worlds."""
    cheap, dear = (seen(tenant, broadcast, prices, look) for prices in (CHEAP, DEAR))
    return {f"{path}: {cheap[path] - dear[path]}" for path in cheap if cheap[path] != dear[path]}


FIXED = {"kind": "per_message", "unit_price": Decimal("4.25"), "passes_monthly_fee": False}
FIXED_WITH_FREE = FIXED | {"charges_free_messages": True}


@pytest.fixture(autouse=True)
def _clock_stands(time_machine) -> None:
    """Both worlds are seen at one moment: drawings of the month go on with the minutes."""
    time_machine.move_to(timezone.now(), tick=False)


@pytest.mark.parametrize("role", READERS)
def test_no_page_and_no_file_depends_on_lines_prices(tenant, role):
    things, broadcast = make_things(tenant, **FIXED_WITH_FREE)
    reader = sign_in(make_user(role))
    paths = addresses(role) + ASKED

    leaks = different(tenant, broadcast, lambda: {path: read(reader, path, things) for path in paths})

    assert leaks == set()
    assert len(paths) > 100


def test_no_answer_of_the_api_depends_on_lines_prices(tenant):
    things, broadcast = make_things(tenant, **FIXED)
    program = caller(make_key(tenant, "*", "broadcasts.approve_broadcast"))
    paths = sorted({path for method, path, *_ in API_TABLE if method == "get"} | {*ASKED_API, own_month()})

    leaks = different(tenant, broadcast, lambda: {path: ask(program, path, things) for path in paths})

    assert leaks == set()
    assert len(paths) > 60


def test_for_who_may_see_net_they_do(tenant):
    things, broadcast = make_things(tenant, **FIXED)
    owner = sign_in(make_user("owner"))
    program = caller(make_key(tenant, "*", "contracts.view_net"))

    pages = different(tenant, broadcast, lambda: {path: read(owner, path, things) for path in TELLING})
    answers = different(tenant, broadcast, lambda: {path: ask(program, path, things) for path in TELLING_API})

    assert {each.split(":")[0] for each in pages} == TELLING
    assert {each.split(":")[0] for each in answers} == TELLING_API


@pytest.mark.parametrize("kind", ["markup", "margin"])
def test_by_a_rate_the_clients_price_stands_there_and_no_unit_price(tenant, kind):
    _things, broadcast = make_things(tenant, kind=kind, rate=Decimal("0.37"))
    reader, program = sign_in(make_user("viewer")), caller(make_key(tenant, "*"))
    terms = {"markup": Decimal("1.37"), "margin": 1 / (1 - Decimal("0.37"))}[kind]

    with world(tenant, broadcast, **CHEAP):
        net = ledger.month_total(tenant.pk, timezone.localdate().replace(day=1)).amount
        page = DRAWN.sub("", reader.read("cost/") + reader.read("cost/entries/"))
        answer = program.get("ledger/").content.decode()

    assert f"¥{int(net * terms):,}" in page
    for secret in ("2.8137", "2.7391", "2.81", "15,317", "15317", f"{net:,.0f}", f"{net}"):
        assert secret not in page
        assert secret not in answer
