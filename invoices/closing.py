"""Months of many clients at once: what somebody wants, and how far it is.

Each client's work is woken by itself on the work board, so that one that takes long or fails keeps no other
waiting. It writes as the owner of public data: a client's database role reads invoices and no more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone, translation
from django_tenants.utils import schema_context

from accounts import board
from accounts.errors import AppError
from accounts.models import Agency, Tenant, User
from accounts.reasons import Reason
from invoices import drafts, issuing
from invoices.models import Document, Wish

KIND = "month_close"  # on the work board


@dataclass(frozen=True, slots=True)
class Progress:
    whole: int
    done: int

    @property
    def is_under_way(self) -> bool:
        return self.done < self.whole


@transaction.atomic
def want(tenants: Iterable[Tenant], month: date, act: str, *, by: User | None) -> int:
    """Have the month drafted or its reviewed invoices issued for all of these; how many clients that is."""
    rows = [
        Wish(tenant=tenant, month=month, act=act, by=by, at=timezone.now(), problem="") for tenant in tenants
    ]
    Wish.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["tenant", "month", "act"],
        update_fields=["by", "at", "done_at", "problem"],
    )
    for row in rows:
        board.call(KIND, tenant_id=row.tenant_id)
    return len(rows)


def progress(agency: Agency, month: date, act: str) -> Progress:
    """Of the newest wishes of an agency's clients for the month."""
    wishes = Wish.objects.filter(tenant__agency=agency, month=month, act=act)
    counts = wishes.aggregate(whole=Count("pk"), done=Count("pk", filter=Q(done_at__isnull=False)))
    return Progress(**counts)


def problems(tenants: Iterable[int], month: date) -> dict[int, Reason]:
    """What the newest wish for each client ran into."""
    found = Wish.objects.filter(tenant__in=list(tenants), month=month).exclude(problem="").order_by("at")
    return dict(found.values_list("tenant", "problem"))


def fulfil(tenant: Tenant) -> None:
    """Do all that is wanted for this client. Twice at once does it once, since the wish is locked."""
    seen = board.version(KIND)
    with schema_context("public"):
        while _fulfil_one(tenant):
            pass
    board.settle(KIND, None, seen=seen)


@transaction.atomic
def _fulfil_one(tenant: Tenant) -> bool:
    """False if nothing is left."""
    waiting = Wish.objects.select_for_update().filter(tenant=tenant, done_at=None)
    wish = waiting.order_by("pk").first()
    if wish is None:
        return False
    try:
        with transaction.atomic(), translation.override(wish.by.language if wish.by else None):
            _do(wish, tenant)
    except AppError as error:
        wish.problem = error
    wish.done_at = timezone.now()
    wish.save(update_fields=["done_at", "problem"])
    return True


def _do(wish: Wish, tenant: Tenant) -> None:
    """Drafts are made or reckoned again; what is issued has been reviewed by somebody."""
    if wish.act == Wish.Act.DRAFT:
        drafts.make_draft(tenant, wish.month, by=wish.by)
        return
    reviewed = Document.objects.invoices().filter(tenant=tenant, month=wish.month, state="reviewed").first()
    if reviewed:
        issuing.issue(reviewed, by=wish.by)
