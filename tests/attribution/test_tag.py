"""Reports of the page tag: who is heard, what is kept, each once."""

import hmac
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.models import PageTag, TagDay, TagReport
from attribution.tag import collector, commands, signing, telling
from attribution.tag.telling import NOTES, Told, Unfit
from broadcasts.models import MarkedHost
from broadcasts.tracking.journal import Journal
from customers import erasing
from events.models import Event
from tests.attribution.tagging import SHOP, click_id, make_tag, path_of, report, tell
from tests.factories import make_customer, make_friend


@pytest.fixture(autouse=True)
def spool(settings, tmp_path) -> Path:
    """Where reports are noted until they are stored."""
    settings.SPOOL_DIR = tmp_path
    return tmp_path


@pytest.fixture
def tag(own_tenant) -> PageTag:
    return make_tag()


def events() -> list[tuple[str, int | None, dict[str, Any]]]:
    return [(each.type, each.friend_id, each.properties) for each in Event.objects.order_by("pk")]


def counts() -> dict[str, tuple[int, int]]:
    """All, and those of known people."""
    return {each.name or each.what: (each.count, each.known_count) for each in TagDay.objects.all()}


def test_what_a_friend_opens_looks_at_and_buys_is_on_their_timeline(tag):
    aoi = make_friend()

    tell(
        report("page", of=aoi, url=f"{SHOP}/shoes?token=secret#top"),
        report("product", of=aoi, product="A1", name="Boots", category="shoes", price="1980"),
        report("category", of=aoi, category="shoes"),
        report("convert", of=aoi, name="purchase", order="N-1", amount=4800, currency="JPY"),
    )

    url = {"url": f"{SHOP}/shoes"}
    assert sorted(events(), key=str) == sorted(
        [
            ("page_viewed", aoi.pk, url),
            ("viewed", aoi.pk, {"product": "A1", "name": "Boots", "category": "shoes", "price": 1980} | url),
            ("category_viewed", aoi.pk, {"category": "shoes"} | url),
            (
                "converted",
                aoi.pk,
                {"name": "purchase", "order": "N-1", "amount": 4800, "currency": "JPY"} | url,
            ),
        ],
        key=str,
    )
    assert counts() == {"page": (1, 1), "product": (1, 1), "category": (1, 1), "purchase": (1, 1)}


def test_who_is_not_known_is_counted_and_not_followed(tag):
    tell(report(), report("convert", name="contact"))

    assert events() == []
    assert counts() == {"page": (1, 0), "contact": (1, 0)}


def test_a_report_that_comes_twice_counts_once(tag):
    one = report("page", of=make_friend())

    tell(one, one)
    tell(one)

    assert counts() == {"page": (1, 1)}
    assert Event.objects.count() == 1


def test_a_thank_you_page_that_is_opened_again_tells_its_order_once(tag):
    aoi = make_friend()

    tell(report("convert", of=aoi, order="N-1", amount=100))
    tell(report("convert", of=aoi, order="N-1", amount=999))

    assert [properties["amount"] for _type, _who, properties in events()] == [100]


def test_a_page_that_is_not_named_is_refused_and_the_settings_say_so(tag):
    origins = ["http://shop.example", "null", None, f"{SHOP}:8443", "https://evil.example"]
    answers = [tell(report("page", of=make_friend()), origin=origin) for origin in origins]

    tag.refresh_from_db()
    assert answers == [[204]] * 5
    assert (events(), counts()) == ([], {})
    assert tag.refused_origin == "https://evil.example"
    assert tag.seen_at is None


def test_machines_are_answered_and_not_counted(tag):
    agents = ["", "Googlebot/2.1", "curl/8.0", "facebookexternalhit/1.1"]

    assert [tell(report(), agent=agent) for agent in agents] == [[204]] * 4
    assert counts() == {}


def test_a_flood_from_one_address_is_turned_away_and_others_are_heard(tag, monkeypatch):
    monkeypatch.setattr(collector, "MOST_A_MINUTE", 2)

    assert tell(*(report() for _ in range(4))) == [204, 204, 429, 429]
    assert tell(report(), address="198.51.100.1") == [204]
    assert counts() == {"page": (3, 0)}


NO_REPORTS = [
    b"",
    b"{",
    b"[]",
    b'"text"',
    b'{"id": "short", "kind": "page"}',
    b'{"id": "0123456789abcdef", "kind": "other"}',
    b'{"id": "0123456789abcdef", "kind": "page", "data": []}',
    b'{"id": "0123456789abcdef", "kind": "product", "data": {"name": "no code"}}',
    b'{"id": ["0123456789abcdef"], "kind": "page"}',
    b'{"id": "0123456789abcdef", "kind": ["page"]}',
    "\udcff".encode("utf-8", "surrogatepass"),
]


def test_what_is_no_report_is_passed_over(tag):
    assert tell(*NO_REPORTS, report()) == [204] * (len(NO_REPORTS) + 1)
    assert counts() == {"page": (1, 0)}


def test_a_body_that_is_too_large_is_refused(tag):
    assert tell(b"x" * 8_001) == [413]


def test_only_reports_are_taken(tag):
    answers = [tell(report(), method=method) for method in ("GET", "PUT", "OPTIONS")]

    assert answers == [[405]] * 3


def test_another_key_client_or_path_is_not_found(tag, own_tenant):
    ours = path_of(own_tenant)
    paths = [ours.replace(tag.key, "x" * 24), ours.replace(own_tenant.slug, "nobody"), f"{ours}more/", ours]

    assert [tell(report(), path=path)[0] for path in paths] == [404, 404, 404, 204]


def test_a_tag_that_is_off_or_has_a_new_key_is_not_heard(tag, own_tenant):
    former = path_of(own_tenant)
    commands.renew_key(by=None)
    renewed = tell(report(), path=former)
    commands.set_up(is_on=False, by=None)

    assert renewed == tell(report()) == [404]


def test_a_click_id_of_somebody_who_is_gone_old_or_made_up_names_nobody(tag):
    aoi, ren = make_friend(), make_friend()
    gone = click_id(ren)
    ren.delete()
    old = click_id(aoi, datetime.now(UTC) - timedelta(days=91))

    tell(*(report(mclid=each) for each in (gone, old, "a" * 26, "", 7, None)))

    assert events() == []
    assert counts() == {"page": (6, 0)}


def signed(number: str, secret: str, *, seconds: int = 600) -> str:
    said = urlencode({"customer": number, "expires": int(time.time()) + seconds})
    return f"{said}&signature={hmac.new(secret.encode(), said.encode(), 'sha256').hexdigest()}"


def test_a_customer_whom_the_shops_server_signed_is_known_and_no_other(tag):
    customer = make_customer("A-100")
    secret = signing.secret(tag.secret_generation)
    good = signed("A-100", secret)

    tell(
        report(customer=good),
        report(customer=good.replace("A-100", "A-101")),
        report(customer=signed("A-100", "guess")),
        report(customer=signed("A-100", secret, seconds=-1)),
        report(customer=signed("A-100", secret, seconds=100_000)),
        report(customer=signed("nobody", secret)),
        report(customer="A-100"),
        report(customer={"customer": "A-100"}),
    )

    assert list(Event.objects.values_list("customer_id", "friend_id")) == [(customer.pk, None)]
    assert counts() == {"page": (8, 1)}


def test_a_new_secret_ends_what_was_signed_before(tag):
    make_customer("A-100")
    before = signed("A-100", signing.secret(tag.secret_generation))
    commands.renew_secret(by=None)

    tell(report(customer=before))

    assert events() == []


def test_who_is_erased_is_not_followed_any_more(tag):
    customer = make_customer("A-100")
    good = signed("A-100", signing.secret(tag.secret_generation))
    erasing.erase(customer)

    tell(report(customer=good))

    assert not Event.objects.filter(type="page_viewed").exists()


def left_behind(directory: Path, schema: str, *reports: Told) -> None:
    """What a process noted before it was killed."""
    journal = Journal(directory, NOTES)
    for each in reports:
        journal.write(schema, each)
    journal.files[0].write(b'["half a li')
    for file in journal.files:
        file.close()


def test_what_a_killed_process_has_noted_is_stored_by_the_next_and_once(tag, own_tenant, spool):
    aoi = make_friend()
    first, second = (
        Told(f"0123456789abcdef-{n}", "page", {}, datetime.now(UTC), who)
        for n, who in ((1, aoi.pk), (2, None))
    )
    left_behind(spool, own_tenant.schema_name, first, second)
    tell(report())

    left_behind(spool, own_tenant.schema_name, first, second)
    tell(report())

    assert counts() == {"page": (4, 1)}
    assert Event.objects.count() == 1
    assert list(spool.iterdir()) == []


def test_the_settings_know_what_was_heard_last(tag):
    tell(report("convert", of=make_friend(), name="contact", url=f"{SHOP}/thanks"))

    tag.refresh_from_db()
    assert tag.seen_url == f"{SHOP}/thanks"
    assert None not in (tag.seen_at, tag.known_at, tag.converted_at)


def test_ids_are_forgotten_after_some_days(tag):
    TagReport.objects.create(id="old", at=datetime.now(UTC) - timedelta(days=4))

    tell(report(id="0123456789abcdef"))

    assert list(TagReport.objects.values_list("id", flat=True)) == ["0123456789abcdef"]


def test_names_that_somebody_makes_up_do_not_grow_without_end(tag):
    tell(*(report("convert", name=f"made-up-{number}") for number in range(130)))

    assert TagDay.objects.count() == 101
    assert counts()["convert"] == (30, 0)


def test_links_bring_click_ids_to_the_hosts_of_the_tag_while_it_is_on(tag):
    make_tag("https://shop.example", "https://www.shop.example/path", "http://localhost:8000")
    named = set(MarkedHost.objects.values_list("host", flat=True))
    commands.set_up(is_on=False, by=None)

    assert named == {"shop.example", "www.shop.example", "localhost:8000"}
    assert not MarkedHost.objects.exists()


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("amount", "4,800", None),
        ("amount", -1, None),
        ("amount", True, None),
        ("amount", 1e300, None),
        ("amount", "NaN", None),
        ("amount", "19.80", 19.8),
        ("currency", "YEN", None),
        ("currency", "USD", "USD"),
        ("order", "x" * 101, None),
        ("order", 1001, "1001"),
        ("order", " N\x00-1 ", "N-1"),
        ("name", "家" * 99, "家" * 60),
    ],
)
def test_values_that_do_not_fit_are_left_out_and_the_rest_is_taken(name, value, kept):
    said = report("convert", **{"name": "purchase", name: value})

    found = telling.told(said, friend=None, customer="").properties

    assert found.get(name) == kept
    assert found["url"] == f"{SHOP}/shoes"


@given(
    said=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["id", "kind", "url", "data", "order", "amount"]), inner, max_size=6
            )
        ),
    ),
    kind=st.sampled_from(["page", "product", "category", "convert"]),
)
def test_whatever_is_sent_is_read_or_refused(said, kind):
    body = {
        "id": "0123456789abcdef",
        "kind": kind,
        "url": said,
        "data": said if isinstance(said, dict) else {},
    }
    try:
        found = telling.told(body, friend=None, customer="")
    except Unfit:
        return

    assert NOTES.read(NOTES.line("c_x", found)) == ("c_x", found)
