"""Pages of ad platforms, and the same by API."""

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts.models import Activity
from adplatforms.audiences import making
from adplatforms.consenting import consents
from adplatforms.models import AdAudience, AdConsent, Delivery, Destination, Handover
from attribution.services import orders
from tests.adplatforms.factories import (
    DAY,
    came_by_ad,
    hand_over,
    make_ad_audience,
    make_buyer,
    make_destination,
)
from tests.api.conftest import caller, make_key
from tests.factories import make_customer, make_order, make_segment


@pytest.fixture
def page(tenant, visit):
    """An account manager's browser."""
    return visit("account_manager")


def new(**given: object) -> dict:
    usual = {
        "name": "CDP",
        "url": "https://cdp.example.jp/conversions",
        "event_name": "Purchase",
        "points": [orders().pk],
        "click_ids": ["gclid", "yclid"],
        "click_choice": "last",
        "window_days": "30",
        "needs_click": "on",
        "sends_contacts": "on",
        "consent": "required",
        "order_id": "event",
        "delay_hours": "24",
    }
    return usual | given


def test_a_destination_is_made_says_what_leaves_and_is_changed(page):
    empty = page.read("ad-platforms/")
    made = page.send("ad-platforms/new/?kind=webhook", new())
    found = Destination.objects.get()
    changed = page.send(f"ad-platforms/{found.pk}/edit/", new(window_days="7", click_ids=["gclid"]))
    found.refresh_from_db()

    assert "Nobody is told yet" in empty
    assert "What leaves, to whom, and by which consent" in made
    assert "https://cdp.example.jp/conversions" in made
    assert "7 days" in changed
    assert (found.window_days, found.click_ids, found.version) == (7, ["gclid"], 2)
    assert Activity.objects.filter(verb__startswith="ad_destination.").count() == 2


@pytest.mark.parametrize(
    ("kind", "wrong", "said"),
    [
        ("webhook", {"name": " "}, "required"),
        ("webhook", {"url": "http://cdp.example.jp/"}, "begins with https"),
        ("webhook", {"url": "https://10.0.0.1/"}, "private network"),
        ("webhook", {"url": "https://cdp.jp:8443/"}, "Only port 443"),
        ("webhook", {"points": []}, "required"),
        ("webhook", {"click_ids": []}, "at least one click ID"),
        ("webhook", {"click_ids": ["nonsense"]}, "valid choice"),
        ("webhook", {"click_ids": [], "needs_click": "", "sends_contacts": ""}, "could not tell who it was"),
        ("webhook", {"window_days": "91"}, "90"),
        ("webhook", {"delay_hours": "721"}, "720"),
        ("webhook", {"since": "2020-01-01"}, "90 days ago"),
        ("meta", {"click_ids": ["fbclid"]}, "access token"),
        ("meta", {"click_ids": ["fbclid"], "secret": "T", "delay_hours": "168"}, "wait for fewer hours"),
        ("tiktok", {"click_ids": ["ttclid"], "secret": "T", "source_id": "P"}, "required"),
    ],
)
def test_what_is_wrong_with_a_destination_is_said_on_the_form(page, kind, wrong, said):
    shown = page.send(f"ad-platforms/new/?kind={kind}", new(**wrong))

    assert said in shown
    assert not Destination.objects.exists()


def test_a_token_is_never_shown_again_and_stays_when_the_field_is_left_empty(page):
    page.send("ad-platforms/new/?kind=meta", new(click_ids=["fbclid"], secret="TOKEN-1"))
    found = Destination.objects.get()

    changed = page.send(f"ad-platforms/{found.pk}/edit/", new(click_ids=["fbclid"], name="Meta Japan"))

    sealed = bytes(found.sealed_secret)
    found.refresh_from_db()
    assert bytes(found.sealed_secret) == sealed
    assert "TOKEN-1" not in changed + page.read(f"ad-platforms/{found.pk}/edit/")
    assert b"TOKEN-1" not in sealed


def test_the_log_names_each_conversion_with_the_reason_by_few_queries(
    page, receiver, django_assert_max_num_queries
):
    friend, customer = make_buyer(agreed=None)
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    for _ in range(5):
        make_order(customer=customer.number)
    destination = make_destination(receiver)
    hand_over()
    page.read(f"ad-platforms/{destination.pk}/")

    with django_assert_max_num_queries(25):
        shown = page.read(f"ad-platforms/{destination.pk}/", {"state": "skipped", "reason": "no_consent"})
    none = page.read(f"ad-platforms/{destination.pk}/", {"state": "told"})

    assert shown.count("No consent to ads") >= 5
    assert "Nothing is in this state" in none


def test_one_conversion_shows_every_attempt_and_is_sent_again(page, receiver):
    receiver.status = 500
    friend, customer = make_buyer()
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    make_order(customer=customer.number)
    destination = make_destination(receiver)
    hand_over()
    row, delivery = Handover.objects.get(), Delivery.objects.get()
    Delivery.objects.update(state="failed", ended_at=timezone.now())
    Handover.objects.update(state="failed")

    shown = page.read(f"ad-platforms/{destination.pk}/conversions/{row.pk}/")
    again = page.send(f"ad-platforms/{destination.pk}/deliveries/{delivery.pk}/again/", {})
    twice = page.send(f"ad-platforms/{destination.pk}/deliveries/{delivery.pk}/again/", {})

    assert "it answered with 500" in shown
    assert "It is being sent again" in again
    assert "Only what has failed" in twice


def test_a_test_shows_what_was_sent_and_what_came_back(page, receiver):
    destination = make_destination(receiver)

    shown = page.send(f"ad-platforms/{destination.pk}/try/", {})

    assert "It answered with 200" in shown
    assert "email_sha256" in shown


def test_the_secret_is_shown_and_renewed(page, receiver):
    destination = make_destination(receiver)

    before = page.read(f"ad-platforms/{destination.pk}/secret/")
    after = page.send(f"ad-platforms/{destination.pk}/secret/", {})

    assert "whsec_" in before
    assert before != after
    assert "For a day the former secret signs too" in after


def test_a_file_is_made_and_downloaded(page):
    friend, customer = make_buyer()
    came_by_ad(friend, timezone.now() - DAY, gclid="x1")
    make_order(customer=customer.number)
    destination = make_destination(kind="google_file", url="", click_ids=["gclid"])
    hand_over()

    page.send(f"ad-platforms/{destination.pk}/files/make/", {"part": "conversions"})
    nothing = page.send(f"ad-platforms/{destination.pk}/files/make/", {"part": "conversions"})
    made = destination.files.get()
    content = page.get(f"ad-platforms/{destination.pk}/files/{made.pk}/").content.decode()
    today = timezone.localdate().isoformat()
    days = page.get(
        f"ad-platforms/{destination.pk}/files/days/", {"part": "conversions", "first": today, "last": today}
    )

    assert "nothing new since the last file" in nothing
    assert "x1,Purchase," in content
    assert "x1,Purchase," in days.content.decode()


def test_removing_asks_first_and_says_what_waits(page, receiver):
    friend, customer = make_buyer()
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    make_order(customer=customer.number)
    destination = make_destination(receiver, delay_hours=24)
    hand_over()

    asked = page.read(f"ad-platforms/{destination.pk}/remove/")
    page.send(f"ad-platforms/{destination.pk}/remove/", {})

    assert "1 conversions or corrections still wait" in asked
    assert not Destination.objects.exists()


def test_an_audience_is_made_and_given_out_after_a_question(page):
    make_buyer("aoi", email="aoi@example.jp")
    segment = make_segment()
    made = page.send(
        "ad-platforms/audiences/new/",
        {"name": "Regulars", "segment": segment.pk, "form": "meta", "contacts": "both"},
    )
    audience = AdAudience.objects.get()
    size = page.read(f"ad-platforms/audiences/{audience.pk}/size/")
    asked = page.read(f"ad-platforms/audiences/{audience.pk}/export/")
    page.send(f"ad-platforms/audiences/{audience.pk}/export/", {})
    busy = page.send(f"ad-platforms/audiences/{audience.pk}/export/", {})
    making.catch_up()
    file = audience.files.get()
    got = page.post(f"ad-platforms/audiences/{audience.pk}/files/{file.pk}/")

    assert "Nobody was given out yet" in made
    assert "of these agreed to ads: go out" in size
    assert "probably too few" in size
    assert "Make a file of 1 people" in asked
    assert "is being made" in busy
    assert b"".join(got.streaming_content).decode().startswith("email,phone\n")


def test_consent_is_entered_withdrawn_and_listed(page):
    customer = make_customer("A-1")
    said = {"agreed": "yes", "source": "Till", "proof": "Terms 4"}
    page.send(f"ad-platforms/consents/{customer.pk}/", said)
    listed = page.read("ad-platforms/consents/")
    page.send(f"ad-platforms/consents/{customer.pk}/", {"agreed": "no"})

    assert "Terms 4" in listed
    assert not consents.of(customer).is_given
    assert AdConsent.objects.count() == 2


@pytest.mark.parametrize("part", ["", "edit/", "try/", "secret/", "remove/"])
def test_a_destination_of_another_client_is_not_there(page, other_tenant, part):
    with tenant_context(other_tenant):
        theirs = [make_destination(name=f"D{number}") for number in range(3)][-1]

    assert page.get(f"ad-platforms/{theirs.pk}/{part}").status_code == 404


def test_an_audience_of_another_client_is_not_there(page, other_tenant):
    with tenant_context(other_tenant):
        theirs = [make_ad_audience(f"A{number}") for number in range(3)][-1]

    assert page.get(f"ad-platforms/audiences/{theirs.pk}/").status_code == 404
    assert page.get(f"ad-platforms/audiences/{theirs.pk}/export/").status_code == 404


def test_programs_do_all_of_it(tenant, receiver):
    rights = [
        *(f"adplatforms.{verb}_destination" for verb in ("view", "add", "change")),
        *("adplatforms.view_handover", "adplatforms.view_delivery", "adplatforms.change_adconsent"),
        *(f"adplatforms.{verb}_adaudience" for verb in ("view", "add", "export")),
    ]
    program = caller(make_key(tenant, *rights))
    friend, customer = make_buyer("A-1", email="aoi@example.jp", agreed=None)
    came_by_ad(friend, timezone.now() - DAY, gclid="x")
    make_order(customer=customer.number)
    body = {"name": "CDP", "kind": "webhook", "url": receiver.url, "points": [orders().pk]}
    since = (timezone.now() - 2 * DAY).isoformat()

    made = program.post(
        "ad-destinations/", body | {"click_ids": ["gclid"], "delay_hours": 0, "since": since}
    ).json()
    wrong = program.post("ad-destinations/", body | {"name": "B", "click_ids": ["nonsense"]})
    said = program.post(
        "ad-consents/", {"consents": [{"customer": "A-1", "agreed": True, "asked_at": "Till"}]}
    ).json()
    hand_over()
    told = program.get(f"ad-conversions/?destination={made['id']}").json()["items"]
    deliveries = program.get(f"ad-deliveries/?conversion={told[0]['id']}").json()["items"]
    tried = program.post(f"ad-destinations/{made['id']}/tests/", {}).json()
    audience = program.post(
        "ad-audiences/", {"name": "VIP", "segment": make_segment().pk, "form": "google"}
    ).json()
    size = program.get(f"ad-audiences/{audience['id']}/size/").json()
    file = program.post(f"ad-audiences/{audience['id']}/files/", {"kind": "add"}).json()
    making.catch_up()
    content = program.get(f"ad-audiences/{audience['id']}/files/{file['id']}/content/")

    assert "secret" not in made
    assert wrong.json()["code"] == "ad_click_ids_unknown"
    assert said == {"changed": 1, "unknown": []}
    assert (told[0]["state"], deliveries[0]["state"], tried["is_good"]) == ("told", "done", True)
    assert (size["total"], size["out"]) == (1, 1)
    assert b"".join(content.streaming_content).startswith(b"Email,Phone\n")
