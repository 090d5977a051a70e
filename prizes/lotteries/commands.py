"""Commands on lotteries: written as a draft, opened with a seed that is fixed, closed with the seed told."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import activity, board, current, secrets
from accounts.models import User
from coupons import services as coupons
from prizes.errors import EndsBeforeItBegins, NoSegment, NotADraft, NotOpen, NotReady
from prizes.lotteries import audit, checking, drawing, fairness, odds
from prizes.models import Lottery, Prize
from prizes.work import KIND

# What may be said in other words after opening; nothing by which people draw.
WORDS = ("name", "title", "text", "picture", "consolation", "rules")
FIELDS = (
    *WORDS,
    "starts_at",
    "ends_at",
    "who",
    "segment",
    "turns",
    "turns_per_day",
    "law",
    "price_yen",
    "sales_yen",
)
PRIZE_FIELDS = ("name", "text", "reward", "is_sent", "value_yen")
CHANCE_FIELDS = ("ppm", "stock", "per_day")


@transaction.atomic
def create(*, prizes: Iterable[Mapping[str, Any]] = (), by: User | None, **facts: Any) -> Lottery:
    """A draft. `prizes` are in their order, each with its odds: `name`, `ppm`, `stock`, ….

    Raises EndsBeforeItBegins, NoSegment, ManyOdds.
    """
    lottery = Lottery(**facts, created_by_id=getattr(by, "pk", None))
    _check(lottery)
    lottery.save()
    _write_prizes(lottery, prizes, by)
    activity.record("lottery.created", lottery, by=by, name=lottery.name)
    return lottery


@transaction.atomic
def change(
    lottery: Lottery, *, prizes: Iterable[Mapping[str, Any]] | None = None, by: User | None, **facts: Any
) -> Lottery:
    """Change what is given; an opened lottery takes other words only, its odds change by `odds.add`.

    Prizes with an `id` are kept, others are new, those not named are taken away. Raises NotADraft,
    EndsBeforeItBegins, NoSegment, ManyOdds, UnknownPrize.
    """
    lottery = Lottery.objects.select_for_update(no_key=True).get(pk=lottery.pk)
    is_draft = lottery.status == Lottery.Status.DRAFT
    changed = {name for name, value in facts.items() if getattr(lottery, name) != value}
    if not is_draft and (prizes is not None or changed - set(WORDS)):
        raise NotADraft(name=lottery.name)
    for name, value in facts.items():
        setattr(lottery, name, value)
    _check(lottery)
    lottery.save()
    if prizes is not None:
        _write_prizes(lottery, prizes, by)
    activity.record("lottery.changed", lottery, by=by, fields=sorted(changed))
    return lottery


@transaction.atomic
def copy(lottery: Lottery, *, by: User | None) -> Lottery:
    """A draft with the same prizes and odds."""
    facts = {name: getattr(lottery, name) for name in FIELDS}
    facts["name"] = _("%(name)s (copy)") % {"name": lottery.name[:80]}
    table = odds.present(lottery)
    chances = {each.prize: each for each in odds.of(table)} if table else {}
    rows = []
    for prize in lottery.prizes.all():
        row = {name: getattr(prize, name) for name in PRIZE_FIELDS}
        if chance := chances.get(prize.pk):
            row |= {name: getattr(chance, name) for name in CHANCE_FIELDS}
        rows.append(row)
    return create(prizes=rows, by=by, **facts)


@transaction.atomic
def delete(lottery: Lottery, *, by: User | None) -> None:
    """Take away a draft. Raises NotADraft: what was drawn is kept for good."""
    lottery = Lottery.objects.select_for_update().get(pk=lottery.pk)
    if lottery.status != Lottery.Status.DRAFT:
        raise NotADraft(name=lottery.name)
    activity.record("lottery.deleted", lottery, by=by, name=lottery.name)
    lottery.delete()


@transaction.atomic
def open_lottery(lottery: Lottery, *, by: User | None) -> Lottery:
    """Fix the seed and publish its hash; from its beginning on people can draw.

    Raises NotADraft, NotReady.
    """
    lottery = Lottery.objects.select_for_update(no_key=True).get(pk=lottery.pk)
    if lottery.status != Lottery.Status.DRAFT:
        raise NotADraft(name=lottery.name)
    if problems := [each.words for each in checking.of(lottery) if each.stops]:
        raise NotReady(problems=" ".join(problems))
    seed, now = fairness.new_seed(), timezone.now()
    lottery.commitment = fairness.commitment(seed)
    lottery.sealed_seed = secrets.seal(current.tenant().pk, drawing.seed_place(lottery.pk), seed)
    lottery.status, lottery.opened_at = Lottery.Status.OPEN, now
    lottery.save(update_fields=["commitment", "sealed_seed", "status", "opened_at"])
    lottery.tables.update(holds_from=now)
    activity.record("lottery.opened", lottery, by=by, commitment=lottery.commitment)
    board.call(KIND, lottery.ends_at)
    return lottery


@transaction.atomic
def close(lottery: Lottery, *, by: User | None = None) -> Lottery:
    """Let nobody draw any more, publish the seed, and have all draws made again to prove them.

    Whoever is drawing is waited for. Raises NotOpen.
    """
    lottery = Lottery.objects.select_for_update().get(pk=lottery.pk)
    if lottery.status != Lottery.Status.OPEN:
        raise NotOpen(name=lottery.name)
    lottery.seed = drawing.seed_of(lottery)
    lottery.status, lottery.closed_at = Lottery.Status.CLOSED, timezone.now()
    lottery.save(update_fields=["seed", "status", "closed_at"])
    activity.record("lottery.closed", lottery, by=by)
    audit.ask(lottery)
    return lottery


def close_ended() -> None:
    """Close those whose time is over."""
    for lottery in Lottery.objects.ended(timezone.now()):
        try:
            close(lottery)
        except NotOpen:  # somebody was faster
            continue


@transaction.atomic
def keep_coupons(lottery: Lottery, *, by: User | None) -> int:
    """Have nobody get the coupons that are its prizes by their address alone; how many were so."""
    found = checking.for_all(lottery.prizes.all())
    for coupon in found:
        coupons.change(coupon, by_address=False, by=by)
    return len(found)


def _check(lottery: Lottery) -> None:
    if lottery.ends_at <= lottery.starts_at:
        raise EndsBeforeItBegins
    if lottery.who != Lottery.Who.SEGMENT:
        lottery.segment = None
    elif lottery.segment is None:
        raise NoSegment


def _write_prizes(lottery: Lottery, rows: Iterable[Mapping[str, Any]], by: User | None) -> None:
    known = {prize.pk: prize for prize in lottery.prizes.all()}
    chances = []
    for position, row in enumerate(rows):
        prize = known.pop(row.get("id") or 0, None) or Prize(lottery=lottery)
        for name in PRIZE_FIELDS:
            if name in row:
                setattr(prize, name, row[name])
        prize.position = position
        prize.save()
        chances.append(
            {"prize": prize.pk, "ppm": row.get("ppm") or 0}
            | {name: row.get(name) for name in ("stock", "per_day")}
        )
    Prize.objects.filter(pk__in=known).delete()
    odds.write(lottery, chances, by=by)
