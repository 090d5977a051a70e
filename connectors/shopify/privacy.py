"""What the law has Shopify ask of whoever holds its customers' data.

Source: https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance
"""

from django.utils.translation import gettext_noop

from accounts import activity
from connectors import known, landing
from connectors.errors import Ignored
from connectors.models import Connection, Delivery, ExternalId
from connectors.shopify.fields import Body, external_id

CUSTOMER = ExternalId.Kind.CUSTOMER
NOBODY = gettext_noop("We hold nothing of this customer.")


def request_data(connection: Connection, body: Body, _at: str) -> list[str]:
    """A customer wants to know what is held of them: said in the activity log, to be answered by people."""
    number, external = _customer(connection, body)
    activity.record("connection.data_requested", connection, by=None, name=connection.name, number=number)
    return [external, number]


def redact_customer(connection: Connection, body: Body, _at: str) -> list[str]:
    """Erase what is held of a customer, and what the log has of them."""
    number, external = _customer(connection, body)
    landing.erase_customer(number)
    came = Delivery.objects.filter(connection=connection, names__contains=[external])
    came.exclude(topic="customers/redact").delete()  # one of which is being taken over
    ExternalId.objects.filter(connection=connection, kind=CUSTOMER, external=external).update(facts={})
    activity.record("connection.customer_erased", connection, by=None, name=connection.name, number=number)
    return [external, number]


def redact_shop(connection: Connection, _body: Body, _at: str) -> list[str]:
    """The shop has left the app: what its webhooks brought is deleted from the log.

    Customers and orders are the client's own records, which people delete if they want to.
    """
    Delivery.objects.filter(connection=connection).exclude(topic="shop/redact").delete()
    activity.record("connection.shop_redacted", connection, by=None, name=connection.name)
    return []


def _customer(connection: Connection, body: Body) -> tuple[str, str]:
    external = external_id(body.get("customer") or {})
    number = known.ours(connection, CUSTOMER, external)
    if not number:
        raise Ignored(NOBODY, names=[external])
    return number, external
