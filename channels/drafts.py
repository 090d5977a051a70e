"""A channel on its way to being connected: the browser carries it, sealed, for half an hour.

Nothing is stored before it works; without the client's data key the browser reads nothing.
"""

import base64
import binascii
from dataclasses import asdict, dataclass

import orjson
from cryptography.exceptions import InvalidTag
from django.utils import timezone

from accounts import secrets
from accounts.models import Tenant, User
from channels.asking import Account
from channels.errors import EntryExpired
from channels.login import Login
from channels.models import Channel
from channels.services import Facts

SECONDS_KEPT = 30 * 60


@dataclass
class Draft:
    """What was entered, what LINE said to it, and what was chosen."""

    channel_id: str
    channel_secret: str
    account: Account
    login: Login
    facts: Facts
    mode: str = ""

    @property
    def receives(self) -> bool:
        return self.mode == Channel.Mode.RECEIVING


def seal(draft: Draft, tenant: Tenant, user: User) -> str:
    """Text for a hidden field of this person's form in this client."""
    fields = {"at": timezone.now().timestamp(), **asdict(draft)}
    text = orjson.dumps(fields, default=list).decode()
    return base64.urlsafe_b64encode(secrets.seal(tenant.pk, _place(user), text)).decode()


def unseal(sealed: str, tenant: Tenant, user: User) -> Draft:
    """Raises EntryExpired for what is too old, was changed, or was sealed for somebody else."""
    try:
        fields = orjson.loads(secrets.unseal(tenant.pk, _place(user), base64.urlsafe_b64decode(sealed)))
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise EntryExpired from error
    if timezone.now().timestamp() - fields.pop("at") > SECONDS_KEPT:
        raise EntryExpired
    tuples = {"account": Account, "login": Login, "facts": Facts}
    return Draft(**fields | {name: kind(*fields[name]) for name, kind in tuples.items()})


def _place(user: User) -> str:
    return f"channels.draft:{user.pk}"
