"""Commands on notification messages: sending one by itself, settling what nobody knows."""

from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import activity, board, current
from accounts.models import User
from channels.models import Channel
from customers import contacts
from customers.models import Customer
from imports.kinds import Unfit
from scenarios.models import NoticeSend
from scenarios.notices import content as contents
from scenarios.notices import finishing, numbers
from scenarios.notices.content import Content
from scenarios.notices.errors import (
    BadPhone,
    InvalidNotice,
    NoChannel,
    NoPhone,
    NotUnknown,
    PromotionalNotice,
    ReferenceTaken,
)
from scenarios.notices.work import KIND

State = NoticeSend.State


def check(content: Content) -> None:
    """Raises PromotionalNotice, or InvalidNotice with whatever else keeps it from being sent."""
    found = list(contents.problems(content))
    promotional = [problem for problem in found if problem.code == "notice_promotion"]
    if promotional:
        raise PromotionalNotice(promotional)
    if found:
        raise InvalidNotice(found)


@transaction.atomic
def send(
    content: Content,
    *,
    customer: Customer | None = None,
    phone: str = "",
    reference: str = "",
    label: str = "",
    by: User | None,
) -> NoticeSend:
    """Have a notice sent to a customer's number, or to a number as people write it; soon, and once.

    The same `reference` again is the same notice: nothing happens, and the one that was written is returned.
    Raises InvalidNotice, PromotionalNotice, NoPhone, BadPhone, NoChannel; ReferenceTaken if something else
    was sent under the reference.
    """
    if not Channel.objects.filter(tenant=current.tenant().pk).exists():
        raise NoChannel
    check(content)
    notice = NoticeSend(
        key=f"api:{reference or uuid4()}",
        label=label,
        kind=content.kind,
        template_key=content.template_key,
        content=content.body,
        due_at=Now(),
        created_by_id=getattr(by, "pk", None),
    )
    _address(notice, customer, phone)
    return _keep(notice, reference)


@transaction.atomic
def settle(notice: NoticeSend, *, delivered: bool, by: User | None) -> NoticeSend:
    """Write down what somebody has found out of a notice whose outcome nobody knows. It is never sent again.

    A delivered one is booked on the day on which LINE was asked. Raises NotUnknown.
    """
    held = NoticeSend.objects.select_for_update().get(pk=notice.pk)
    if held.state != State.UNKNOWN:
        raise NotUnknown(state=held.get_state_display())
    held.state = State.DELIVERED if delivered else State.NOT_DELIVERED
    held.delivered_at = (held.first_tried_at or timezone.now()) if delivered else None
    held.due_at, held.settled_at, held.settled_by_id = None, timezone.now(), getattr(by, "pk", None)
    held.save(update_fields=["state", "delivered_at", "due_at", "settled_at", "settled_by_id"])
    activity.record("notice.settled", held, by=by, delivered=delivered)
    finishing.wake([held.pk])
    board.call(KIND)
    return held


def _address(notice: NoticeSend, customer: Customer | None, phone: str) -> None:
    """To the customer's own number, as it is when LINE is asked; else to this one, of whoever has it."""
    if customer is not None:
        if customer.phone_hash is None:
            raise NoPhone(number=customer.number)
        notice.customer_id = customer.pk
        return
    plain = _plain(phone)
    numbers.seal(notice, plain)
    having = contacts.find_by_phone(plain)
    notice.customer_id = having[0].pk if len(having) == 1 else None


def _plain(phone: str) -> str:
    try:
        plain = contacts.plain_phone(phone)
    except Unfit as problem:
        raise BadPhone(problem=str(problem)) from problem
    if not plain:
        raise BadPhone(problem=_("Give a telephone number."))
    return plain


def _keep(notice: NoticeSend, reference: str) -> NoticeSend:
    try:
        with transaction.atomic():
            notice.save()
    except IntegrityError:
        return _known(notice, reference)
    board.call(KIND)
    notice.refresh_from_db()
    return notice


def _known(notice: NoticeSend, reference: str) -> NoticeSend:
    known = NoticeSend.objects.get(key=notice.key)
    same = ("kind", "template_key", "content", "customer_id", "label")
    if any(getattr(known, name) != getattr(notice, name) for name in same):
        raise ReferenceTaken(reference=reference)
    return known
