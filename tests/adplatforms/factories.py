"""Ad clicks, contacts, consents and destinations, and a receiver that holds what it was told."""

import base64
import hmac
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.utils import timezone

from accounts.models import User
from adplatforms import services
from adplatforms.audiences import commands, making
from adplatforms.consenting import consents
from adplatforms.handing import secrets, sending, turns
from adplatforms.line_audiences import commands as line_audiences
from adplatforms.models import (
    AdAudience,
    AdAudienceFile,
    Delivery,
    Destination,
    Handover,
    LineAdAudience,
    LineAdVersion,
)
from attribution.counting import turns as attribution
from attribution.services import orders
from customers import contacts
from customers.models import Customer
from events import versions
from friends.models import Friend
from tests.factories import make_arrival, make_audience, make_customer, make_friend, make_link, make_segment
from tests.relays.tools import Tool

DAY = timedelta(days=1)
EVERYBODY = {"type": "status", "status": "friend"}


def make_buyer(
    number: str = "", *, email: str = "", phone: str = "", agreed: bool | None = True
) -> tuple[Friend, Customer]:
    """A friend who is a customer; `agreed` None: nobody asked them about ads."""
    friend, customer = make_friend(), make_customer(number)
    make_link(friend, customer)
    give_contacts(customer, email=email, phone=phone)
    if agreed is not None:
        consents.state(customer, is_given=agreed, how="page", by=None)
    return friend, customer


def give_contacts(customer: Customer, *, email: str = "", phone: str = "") -> None:
    """In their plain form."""
    [mail], [number] = (
        contacts.seal("email", [(customer.number, email)]),
        contacts.seal("phone", [(customer.number, phone)]),
    )
    Customer.objects.filter(pk=customer.pk).update(
        sealed_email=mail.sealed, email_hash=mail.hash, sealed_phone=number.sealed, phone_hash=number.hash
    )


def came_by_ad(friend: Friend, at: datetime, **click_ids: str) -> None:
    """They came by a route, from an ad that was clicked at this moment."""
    arrival = make_arrival(friend, at=at)
    type(arrival.visit).objects.filter(pk=arrival.visit_id).update(click_ids=click_ids, at=at)
    versions.touch("arrivals", friends=[friend.pk])


def make_destination(tool: Tool | None = None, **given: Any) -> Destination:
    """Our webhook, to a receiver of the test, told at once of conversions since 60 days ago."""
    usual = {
        "kind": "webhook",
        "name": "CDP",
        "url": tool.url if tool else "https://cdp.example.jp/conversions",
        "points": [orders()],
        "click_ids": ["gclid", "fbclid"],
        "delay_hours": 0,
        "since": timezone.now() - 60 * DAY,
        "by": None,
    }
    return services.create_destination(**(usual | given))


def hand_over() -> None:
    """Do what the tasks do, until nothing is due."""
    attribution.catch_up()
    turns.catch_up()
    while sending.send_due(30, keep=lambda: None):
        pass


def bodies(tool: Tool) -> list[dict[str, Any]]:
    return [orjson.loads(body) for body in tool.bodies]


def held(tool: Tool) -> dict[str, Any]:
    """What a receiver that follows docs/ad-platforms.md holds at the end: values by event_id."""
    newest: dict[str, dict[str, Any]] = {}
    for told in bodies(tool):
        known = newest.get(told["event_id"])
        if known is None or told["number"] >= known["number"]:
            newest[told["event_id"]] = told
    return {event: told["value"] for event, told in newest.items() if told["type"] != "conversion.retracted"}


def is_signed(destination: Destination, headers: dict[str, str], body: bytes) -> bool:
    """As a receiver checks it."""
    key = base64.b64decode(secrets.present(destination).removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return f"v1,{right}" in headers["webhook-signature"].split(" ")


def make_ad_audience(name: str = "Regulars", **given: Any) -> AdAudience:
    usual = {"segment": make_segment(name=name), "form": "plain", "by": None}
    return commands.create(name, **(usual | given))


def make_line_audience(name: str = "Regulars", **given: Any) -> LineAdAudience:
    """Of everybody, unless a segment is given; nothing of it is at LINE yet."""
    usual = {"segment": make_segment(name=name), "by": None}
    return line_audiences.create(name, **(usual | given))


def make_version(audience: LineAdAudience, **given: Any) -> LineAdVersion:
    """Nothing but a row: nobody is in it."""
    made = make_audience(f"line_ad_audience:{audience.pk}/1", state="ready", name=audience.name)
    usual = {"number": 1, "made": made, "total": 0, "out": 0}
    left_out = dict.fromkeys(("refused", "never_asked", "not_linked"), 0)
    return audience.versions.create(**(usual | left_out | given))


def make_ad_rows(user: User | None = None) -> dict[str, object]:
    """One row of everything that an address of ours can name."""
    _friend, customer = make_buyer("ad-1", email="aoi@example.jp")
    destination = make_destination(name="Rows")
    files = make_destination(name="Files", kind="google_file", url="", click_ids=["gclid"])
    row = Handover.objects.create(
        destination=destination,
        point=orders(),
        source=1,
        event_id="00000000-0000-5000-8000-000000000001",
        at=timezone.now(),
        amount=1,
        told=1,
        state="failed",
    )
    delivery = Delivery.objects.create(
        handover=row,
        destination=destination,
        number=1,
        kind="conversion",
        amount=1,
        state="failed",
        due_at=timezone.now(),
        begun_at=timezone.now(),
    )
    made = files.files.create(part="conversions", count=0)
    audience = make_ad_audience("Rows")
    ready = AdAudienceFile.objects.create(
        audience=audience, kind="add", state="ready", made_at=timezone.now(), expires_at=timezone.now() + DAY
    )
    at_line = make_line_audience("At LINE")
    make_version(at_line, state="former")
    return {
        "line_ad_audience": at_line.pk,
        "ad_destination": destination.pk,
        "ad_file_destination": files.pk,
        "ad_handover": row.pk,
        "ad_delivery": delivery.pk,
        "ad_conversion_file": made.pk,
        "ad_audience": audience.pk,
        "ad_audience_file": ready.pk,
        "ad_consent": consents.of(customer).pk,
        "ad_customer": customer.pk,
    }


def export(audience: AdAudience) -> list[str]:
    """The lines of a file of those to add."""
    file = commands.begin_export(audience, by=None)
    making.catch_up()
    return lines(file)


def lines(file: AdAudienceFile) -> list[str]:
    return b"".join(commands.download(file, by=None)).decode().splitlines()
