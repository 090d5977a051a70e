"""Nothing leaves without the approvals that the client's settings ask for."""

from datetime import datetime

from accounts import current
from billing import forecast
from broadcasts.errors import NeedsApproval, NeedsCheck, NeedsSecondApproval
from broadcasts.models import ApprovalRules, Broadcast, Stage
from broadcasts.sending import quota


def check(broadcast: Broadcast, people: int, at: datetime) -> None:
    """Raise NeedsCheck, NeedsApproval or NeedsSecondApproval unless it may go to so many people at `at`.

    Asked when it is scheduled, and again when it is prepared: the audience may have grown since.
    """
    lacking = missing(broadcast, people, at)
    if Stage.INTERNAL in lacking:
        raise NeedsCheck()
    if Stage.CLIENT in lacking:
        raise NeedsApproval()
    if Stage.SECOND in lacking:
        raise NeedsSecondApproval(people=f"{people:,}")


def missing(broadcast: Broadcast, people: int, at: datetime) -> list[Stage]:
    """Whose word is still wanted for so many people, in the order in which they are asked."""
    return [stage for stage in wanted(broadcast, people, at) if not _has(broadcast, stage)]


def wanted(broadcast: Broadcast, people: int, at: datetime) -> list[Stage]:
    """Whose word the client's settings ask for, if it goes to so many people."""
    rules = ApprovalRules.present()
    asked = {
        Stage.INTERNAL: rules.needs_internal_check,
        Stage.CLIENT: current.tenant().requires_approval,
        Stage.SECOND: _is_large(rules, broadcast, people, at),
    }
    return [stage for stage, is_asked in asked.items() if is_asked]


def is_asked_of_all() -> bool:
    """Whether every broadcast of this client needs somebody's word, however small it is."""
    return current.tenant().requires_approval or ApprovalRules.present().needs_internal_check


def _has(broadcast: Broadcast, stage: Stage) -> bool:
    """One whole approval stands on the broadcast itself; of the others each has its review."""
    if stage == Stage.CLIENT and (broadcast.approved_at or broadcast.status == Broadcast.Status.APPROVED):
        return True
    return broadcast.reviews.filter(holds=True, stage=stage).exists()


def _is_large(rules: ApprovalRules, broadcast: Broadcast, people: int, at: datetime) -> bool:
    if rules.second_above_people is not None and people > rules.second_above_people:
        return True
    return rules.second_above_amount is not None and cost(broadcast, people, at) > rules.second_above_amount


def cost(broadcast: Broadcast, people: int, at: datetime):
    """What messages to so many people would cost on top of the month's; 0 where no plan is registered."""
    scheduled = quota.committed_messages(at, leave_out=broadcast)
    tenant = current.tenant().pk
    return forecast.forecast(tenant, messages=people, at=at, already_scheduled=scheduled).amount_now
