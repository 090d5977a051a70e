"""Bodies at rest: packed and sealed, since they hold names, addresses and orders."""

import base64
import zlib
from urllib.parse import parse_qsl

import orjson
from django.utils.translation import gettext_noop

from accounts import current, secrets
from connectors.errors import Unfit
from connectors.models import Connection, Delivery

MOST_FIELDS = 5_000
NO_JSON = gettext_noop("The body is no JSON: %(reason)s.")
NO_FORM = gettext_noop("The body is no form: %(reason)s.")
TOO_DEEP = gettext_noop("The body has lists or objects inside each other, more than can be stored.")
NUL = gettext_noop("The body has characters that cannot be stored.")


def seal(connection_id: int, key: str, body: bytes) -> bytes:
    """`key` is the delivery's: what is sealed opens in its own row alone."""
    packed = base64.b85encode(zlib.compress(body, 1)).decode()
    return secrets.seal(current.tenant().pk, _place(connection_id, key), packed)


def unseal(delivery: Delivery) -> bytes:
    """The body, byte for byte."""
    place = _place(delivery.connection_id, delivery.key)
    packed = secrets.unseal(current.tenant().pk, place, bytes(delivery.body_sealed))
    return zlib.decompress(base64.b85decode(packed))


def read(content: str, body: bytes) -> object:
    """What a body says: JSON, or form fields by name. Raises Unfit."""
    found = _form(body) if content == Connection.Content.FORM else _json(body)
    try:
        written = orjson.dumps(found)
    except orjson.JSONEncodeError:
        raise Unfit(TOO_DEEP) from None
    if b"\\u0000" in written:
        raise Unfit(NUL)
    return found


def _json(body: bytes) -> object:
    """Some carts send several objects with commas between them and no brackets: read as a list."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        try:
            return orjson.loads(b"[" + body + b"]")
        except orjson.JSONDecodeError:
            raise Unfit(NO_JSON, reason=error) from None


def _form(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError as error:
        raise Unfit(NO_FORM, reason=error) from None


def _place(connection_id: int, key: str) -> str:
    return f"connectors_delivery.body:{connection_id}:{key}"
