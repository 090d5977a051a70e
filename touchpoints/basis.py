"""By which sends friends are judged."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from broadcasts import belonging
from broadcasts.leaves.naming import sent
from broadcasts.models import Broadcast
from segments.leaves import Moment
from touchpoints.models import Period

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Judge:
    """One send of the basis. Of one that `tells_people` it is known who clicked."""

    pk: int
    name: str
    tells_people: bool
    started_at: datetime
    finished_at: datetime | None


def present(period: Period, moment: Moment) -> list[Judge]:
    """Those by which the period's classes are judged now, or were when it was closed; the newest first."""
    if period.closed_sends is not None:
        return named(period.closed_sends)
    return _read(_asked(period, moment)[: Period.MOST_SENDS])


def begun(period: Period, moment: Moment) -> list[Judge]:
    """Those by which drafts of the period choose their people: fixed with its first message."""
    return present(period, moment) if period.sends is None else named(period.sends)


def named(pks: list[int]) -> list[Judge]:
    return _read(sent().filter(pk__in=pks))


def words(period: Period) -> "StrOrPromise":
    """The rule, as people say it."""
    said = {"count": period.basis_count}
    return {
        Period.Basis.LAST: _("the last %(count)s promotional sends") % said,
        Period.Basis.DAYS: _("the sends of the last %(count)s days") % said,
        Period.Basis.NAMED: _("chosen sends"),
        Period.Basis.CAMPAIGN: _("the campaign’s sends"),
    }[Period.Basis(period.basis)]


def _asked(period: Period, moment: Moment) -> QuerySet[Broadcast]:
    rows = sent()
    match period.basis:
        case Period.Basis.LAST:
            return rows.filter(nature=Broadcast.Nature.PROMOTION)[: period.basis_count]
        case Period.Basis.DAYS:
            return rows.filter(started_at__gte=moment.day_begins(period.basis_count - 1))
        case Period.Basis.NAMED:
            return rows.filter(pk__in=period.named)
        case _:
            number = period.plan.campaign_id
            return rows.filter(pk__in=belonging.numbers_of(number) if number else [])


def _read(rows: QuerySet[Broadcast]) -> list[Judge]:
    found = rows.values_list("pk", "name", "tracks_people", "started_at", "finished_at")
    return [Judge(pk, name, own, begun, ended) for pk, name, own, begun, ended in found if begun]
