"""Commands on the tag of the shop's pages."""

import secrets as random
import string
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.db import transaction

from accounts import activity, current
from accounts import secrets as sealing
from accounts.models import User
from attribution.counting import news
from attribution.errors import BadOrigin, ManyOrigins, NoOrigin
from attribution.models import PageTag
from broadcasts.models import MarkedHost
from broadcasts.tracking import marks

SIGNS = string.ascii_letters + string.digits
KEY_LENGTH = 24


@transaction.atomic
def set_up(*, origins: Iterable[str] | None = None, is_on: bool | None = None, by: User | None) -> PageTag:
    """Where the tag may be, and whether reports are taken; what is left out stays. It has a key from then on.

    Personal links that lead to these pages bring a click id while it is on.
    Raises NoOrigin, BadOrigin, ManyOrigins.
    """
    tag = _locked()
    if origins is not None:
        tag.origins = _read(origins)
    if is_on is not None:
        tag.is_on = is_on
    if tag.is_on and not tag.origins:
        raise NoOrigin
    tag.save(update_fields=["origins", "is_on"])
    _mark(tag)
    news.listen()
    activity.record("page_tag.changed", tag, by=by, origins=tag.origins, is_on=tag.is_on)
    return tag


@transaction.atomic
def renew_key(*, by: User | None) -> PageTag:
    """Another key. Pages with the former one are not heard any more."""
    tag = _locked()
    tag.key = _new_key()
    tag.save(update_fields=["key"])
    activity.record("page_tag.key_renewed", tag, by=by)
    return tag


@transaction.atomic
def renew_secret(*, by: User | None) -> PageTag:
    """Another secret. What the shop's server signed with the former one names nobody any more."""
    tag = _locked()
    tag.secret_generation += 1
    tag.save(update_fields=["secret_generation"])
    activity.record("page_tag.secret_renewed", tag, by=by)
    return tag


def _locked() -> PageTag:
    PageTag.objects.get_or_create(pk=1, defaults={"key": _new_key()})
    sealing.derive(current.tenant().pk, marks.PURPOSE)  # so that the client has a data key from now on
    return PageTag.objects.select_for_update().get(pk=1)


def _new_key() -> str:
    return "".join(random.choice(SIGNS) for _sign in range(KEY_LENGTH))


def _mark(tag: PageTag) -> None:
    """Name the hosts to which personal links bring a click id."""
    hosts = {urlsplit(origin).netloc for origin in tag.origins} if tag.is_on else set()
    MarkedHost.objects.exclude(host__in=hosts).delete()
    MarkedHost.objects.bulk_create([MarkedHost(host=host) for host in sorted(hosts)], ignore_conflicts=True)


def _read(origins: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(_origin(each) for each in origins if each.strip()))
    if len(found) > PageTag.MOST_ORIGINS:
        raise ManyOrigins(most=PageTag.MOST_ORIGINS)
    return found


def _origin(text: str) -> str:
    """`https://shop.example` of an address on it, as browsers say where a page is from."""
    said = text.strip()
    try:
        parts = urlsplit(said if "://" in said else f"https://{said}")
        host = (parts.hostname or "").encode("idna").decode().lower()
        port = parts.port
    except ValueError:
        raise BadOrigin(given=said[:100]) from None
    is_usual = port is None or (parts.scheme, port) in (("https", 443), ("http", 80))
    is_local = host in ("localhost", "127.0.0.1")
    if parts.scheme not in ("https", "http") or not _is_host(host) or "@" in parts.netloc:
        raise BadOrigin(given=said[:100])
    if parts.scheme == "http" and not is_local:
        raise BadOrigin(given=said[:100])
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{port}")


def _is_host(host: str) -> bool:
    labels = host.split(".")
    signs = set(string.ascii_lowercase + string.digits + "-")
    is_one = all(0 < len(label) <= 63 and set(label) <= signs for label in labels)
    return is_one and len(host) <= 253 and (len(labels) > 1 or host == "localhost")
