"""Links when two customers become one."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers import holding
from customers.merging import Part
from customers.models import Customer
from events import timeline, versions
from events.timeline import NewEvent
from linking import bonds
from linking.models import Link, LinkAttempt, LinkConflict


@holding.register
def hold_attempts(customer_ids: set[int]) -> None:
    rows = LinkAttempt.objects.select_for_update(of=["self"]).filter(customer__in=customer_ids)
    list(rows.order_by("pk").values("pk"))


@transaction.atomic
def merge(into: Customer, gone: Customer, by: User | None) -> None:
    """Give `into` the links of `gone`, present and past, its tries to link and its conflicts.

    If both are linked one link holds: what a friend has proved before what a list says, the newer of two.
    """
    active = Link.objects.active().filter(customer__in=[into.pk, gone.pk]).order_by("pk")
    held = sorted(active.select_for_update(), key=lambda link: (link.is_proved, link.linked_at))
    bonds.end(held[:-1], timezone.now(), Link.Ended.MERGED, by=by)
    _note([link for link in held[-1:] if link.customer_id == gone.pk], into, gone)
    Link.objects.filter(customer=gone).update(customer=into)
    LinkAttempt.objects.filter(customer=gone).update(customer=into)
    _move_conflicts(into, gone)
    moved = Link.objects.filter(customer=into).values_list("friend_id", flat=True)
    versions.touch("links", friends=moved)


def count(customer: Customer) -> int:
    return Link.objects.filter(customer=customer).count()


PART = Part(_("ID links"), merge, count)


def _note(moved: list[Link], into: Customer, gone: Customer) -> None:
    timeline.record(
        NewEvent(
            "link_merged",
            timezone.now(),
            friend_id=link.friend_id,
            customer_id=into.pk,
            properties={"number": gone.number},
            key=f"link_merged:{link.pk}:{gone.pk}",
        )
        for link in moved
    )


def _move_conflicts(into: Customer, gone: Customer) -> None:
    """The same claim of both is one now; one that says what the link says is settled."""
    known = LinkConflict.objects.open().filter(customer=into).values("friend")
    LinkConflict.objects.open().filter(customer=gone, friend__in=known).delete()
    LinkConflict.objects.filter(customer=gone).update(customer=into)
    linked = Link.objects.active().filter(customer=into).values("friend")
    settled = LinkConflict.objects.open().filter(customer=into, friend__in=linked)
    settled.update(state=LinkConflict.State.SETTLED, decided_at=timezone.now())
