"""What tests are made of: values that matter are given, the rest is made up here."""

import hashlib
from datetime import date, datetime
from uuid import uuid4

from django.db import connection
from django.utils import timezone
from django_tenants.utils import schema_context

from accounts import services as accounts
from accounts.models import User
from friends.models import Friend, FriendTag, Tag
from linking.models import Customer, Link


def make_line_user_id(name: str) -> str:
    """The LINE user id of the person with this name: always the same."""
    return "U" + hashlib.md5(name.encode()).hexdigest()  # noqa: S324  (a name for a name, not a secret)


def make_friend(name: str = "", *, tags: list[Tag] | None = None, **fields: object) -> Friend:
    """A friend of the present tenant; `make_friend("aoi")` has the id `make_line_user_id("aoi")`."""
    name = name or uuid4().hex
    fields = {"line_user_id": make_line_user_id(name), "display_name": name} | fields
    fields.setdefault("followed_at", fields.setdefault("status_at", timezone.now()))
    friend = Friend.objects.create(**fields)
    FriendTag.objects.bulk_create(FriendTag(friend=friend, tag=tag) for tag in tags or [])
    return friend


def make_tag(name: str = "", *, friends: list[Friend] | None = None) -> Tag:
    tag = Tag.objects.create(name=name or uuid4().hex)
    FriendTag.objects.bulk_create(FriendTag(friend=friend, tag=tag) for friend in friends or [])
    return tag


def make_customer(
    number: str = "", *, birthday: date | None = date(1990, 4, 1), **fields: object
) -> Customer:
    """A customer of the present tenant; what is no field of the model becomes an attribute."""
    own = {"name", "attributes"}
    attributes = {name: value for name, value in fields.items() if name not in own}
    given = {name: value for name, value in fields.items() if name in own}
    given["attributes"] = given.get("attributes", {}) | attributes
    return Customer.objects.create(number=number or uuid4().hex[:12], birthday=birthday, **given)


def make_link(
    friend: Friend | None = None,
    customer: Customer | None = None,
    *,
    linked_at: datetime | None = None,
    **fields: object,
) -> Link:
    """An active link, unless `unlinked_at` is given."""
    return Link.objects.create(
        friend=friend or make_friend(),
        customer=customer or make_customer(),
        linked_at=linked_at or timezone.now(),
        **({"method": Link.Method.ACCOUNT_LINK} | fields),
    )


def make_user(role: str = "marketer", *, email: str = "", whole_agency: bool = False) -> User:
    """Somebody with a role in the present client, or in all of its agency; the password is “secret pass”."""
    tenant = connection.tenant
    with schema_context("public"):
        return accounts.invite(
            email or f"{uuid4().hex[:12]}@example.com",
            agency=tenant.agency,
            tenant=None if whole_agency else tenant,
            role=role,
            password="secret pass",
        )
