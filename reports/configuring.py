"""How reports of a client are to be, as somebody says it."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import activity, people
from accounts.models import User
from costs.periods import before
from planning import counting
from reports import catalogue, mails, months
from reports.errors import NotAMember
from reports.models import Kind, ReportSettings

NAMES = ("is_monthly", "language", "recipients", "way", "responsible_id")


@transaction.atomic
def change(*, by: User | None, sections: dict[str, list] | None = None, **given: Any) -> ReportSettings:
    """What is given; the rest stays. Switched on, the next month's report is the first that is drafted.

    Raises BadAddress, NotAMember, UnknownSection.
    """
    ReportSettings.objects.get_or_create(pk=1)
    found = ReportSettings.objects.select_for_update().get(pk=1)
    was_on = found.is_monthly
    if given.get("recipients"):
        given["recipients"] = mails.checked(given["recipients"], confirmed=True)
    if (chosen := given.get("responsible_id")) and not people.is_member(chosen):
        raise NotAMember
    for name in NAMES:
        if name in given:
            setattr(found, name, given[name])
    if sections is not None:
        checked = {kind: catalogue.checked(kind, rows) for kind, rows in sections.items() if kind in Kind}
        found.sections = found.sections | checked
    if found.is_monthly and not was_on:
        found.drafted_month = before(counting.today().replace(day=1))
    found.changed_at = timezone.now()
    found.save()
    activity.record("report_settings.changed", found, by=by, is_monthly=found.is_monthly)
    if found.is_monthly:
        counting.keep_going()
    months.keep_going()
    return found
