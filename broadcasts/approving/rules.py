"""Changing who must have seen a broadcast before it leaves."""

from django.db import transaction

from accounts import activity, people
from accounts.models import User
from broadcasts.models import ApprovalRules, Stage


@transaction.atomic
def set_rules(rules: ApprovalRules, *, by: User | None) -> None:
    """From now on; what is scheduled already is judged by them when its time comes."""
    ApprovalRules.objects.exclude(pk=rules.pk).delete()
    rules.save()
    names = ("needs_internal_check", "second_above_people", "second_above_amount", "answer_within_hours")
    facts = {name: getattr(rules, name) for name in names}
    if rules.second_above_amount is not None:
        facts["second_above_amount"] = str(rules.second_above_amount)
    activity.record("approval_rules.changed", rules, by=by, **facts)


def judges() -> dict[Stage, int]:
    """How many people may give their word at each stage: too few, and nothing could leave."""
    return {stage: len(people.holders(stage.right)) for stage in Stage}
