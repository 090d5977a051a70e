"""Whose turn it is."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import people
from accounts.models import User
from broadcasts.approving import mails, versions
from broadcasts.models import ApprovalRules, Broadcast, Stage, Turn


def ask(broadcast: Broadcast, stage: Stage, *, by: User | None) -> Turn:
    """Ask for a word at this stage, instead of what was asked for so far; who may give it is mailed."""
    end(broadcast)
    hours = ApprovalRules.present().answer_within_hours
    turn = Turn.objects.create(
        broadcast=broadcast,
        stage=stage,
        version=broadcast.version,
        by_id=getattr(by, "pk", None),
        late_at=timezone.now() + timedelta(hours=hours) if hours else None,
    )
    mails.owe_turn(turn, judges(broadcast, stage))
    return turn


def end(broadcast: Broadcast) -> None:
    """Nobody is asked any longer."""
    broadcast.turns.open().update(ended_at=timezone.now())


def of(broadcast: Broadcast) -> Turn | None:
    return broadcast.turns.open().first()


def judges(broadcast: Broadcast, stage: Stage) -> list[User]:
    """Who may give their word at this stage: all with the right, but who wrote it or has given theirs."""
    out = versions.authors(broadcast) | who_approved(broadcast)
    return [user for user in people.holders(stage.right) if user.pk not in out]


def who_approved(broadcast: Broadcast) -> set[int | None]:
    """Whose approvals count; None is a program."""
    return set(broadcast.reviews.filter(holds=True).values_list("by_id", flat=True))


def waiting_for(user: User) -> QuerySet[Broadcast]:
    """Broadcasts for which this person's word is wanted, whoever asked first."""
    stages = [stage for stage in Stage if user.has_perm(stage.right)]
    asked = Turn.objects.open().filter(stage__in=stages).order_by("at", "pk")
    written = Q(created_by_id=user.pk) | Q(versions__by_id=user.pk)
    mine = Broadcast.objects.filter(written | Q(reviews__holds=True, reviews__by_id=user.pk)).values("pk")
    found = Broadcast.objects.filter(turns__in=asked).exclude(pk__in=mine)
    return found.select_related("segment").defer("audience", "body").order_by("turns__at", "pk")
