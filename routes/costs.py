"""Commands on ad costs: by hand, from a file and by API, all checked alike."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import connection, transaction

from accounts import activity, current
from accounts.models import User
from routes.errors import BadCost, CostOverlaps
from routes.models import AdCost, Route

LOCK = 7_304  # any number that nobody else locks by
MOST_DAYS = 366
MOST_YEN = Decimal(10) ** 11
FIRST_YEAR, LAST_YEAR = 2010, 2100
FIELDS = ("route_id", "from_on", "to_on", "amount", "medium", "campaign", "impressions", "clicks", "key")


@dataclass(frozen=True)
class NewCost:
    """What was paid for a route from one day to another, both included. `key` is the sender's own."""

    route: Route
    from_on: date
    to_on: date
    amount: Decimal
    medium: str = ""
    campaign: str = ""
    impressions: int | None = None
    clicks: int | None = None
    key: str | None = None

    @property
    def route_id(self) -> int:
        return self.route.pk

    @property
    def line(self) -> tuple[int, str, str]:
        """Within it no two costs may have a day in common."""
        return self.route.pk, self.medium, self.campaign


@transaction.atomic
def add_cost(new: NewCost, *, by: User | None) -> AdCost:
    """Raises BadCost, CostOverlaps if days of it are entered already."""
    check(new)
    return _Book([new.route.pk]).add(new, AdCost.Source.HAND, by)


@transaction.atomic
def change_cost(cost: AdCost, new: NewCost, *, by: User | None) -> AdCost:
    """Raises as `add_cost`."""
    check(new)
    _Book([new.route.pk]).change(cost, new, by)
    return cost


@transaction.atomic
def delete_cost(cost: AdCost, *, by: User | None) -> None:
    days = f"{cost.from_on} – {cost.to_on}"
    activity.record("ad_cost.deleted", cost, by=by, days=days, amount=str(cost.amount))
    cost.delete()


@dataclass
class Books:
    """Many costs put in at once, each as if alone: `put` again changes nothing."""

    source: str
    by: User | None
    routes: Iterable[int]

    def __post_init__(self) -> None:
        self._book = _Book(self.routes)

    def put(self, new: NewCost) -> tuple[AdCost, str]:
        """`created`, `updated` or `unchanged`, by the key if there is one, else by route, days and campaign.

        Raises as `add_cost`. Call it in the transaction in which this was made.
        """
        check(new)
        known = self._book.same(new)
        if known is None:
            return self._book.add(new, self.source, self.by), "created"
        return known, "updated" if self._book.change(known, new, self.by) else "unchanged"


def check(new: NewCost) -> None:
    """Raise BadCost for what cannot be an ad cost."""
    days = (new.to_on - new.from_on).days + 1
    if not FIRST_YEAR <= new.from_on.year <= new.to_on.year <= LAST_YEAR or not 1 <= days <= MOST_DAYS:
        raise BadCost.of_days(MOST_DAYS)
    if not new.amount.is_finite() or not 0 <= new.amount <= MOST_YEN or _decimals(new.amount) > 2:
        raise BadCost.of_amount()
    if any(len(text) > AdCost.TEXT_LENGTH or not text.isprintable() for text in _texts(new)):
        raise BadCost.of_text(AdCost.TEXT_LENGTH)
    if any(count is not None and not 0 <= count < 2**62 for count in (new.impressions, new.clicks)):
        raise BadCost.of_count()


def _texts(new: NewCost) -> Iterable[str]:
    return new.medium, new.campaign, new.key or ""


def _decimals(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


@dataclass
class _Book:
    """All costs of some routes, while nobody else of this client may write any."""

    routes: Iterable[int]
    lines: dict[tuple, list[AdCost]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, current.tenant().pk])
        for cost in AdCost.objects.filter(route__in=list(self.routes)):
            self.lines[_line(cost)].append(cost)

    def same(self, new: NewCost) -> AdCost | None:
        """The cost that this one is a newer word on."""
        if new.key and (known := AdCost.objects.filter(key=new.key).first()):
            return known
        days = (new.from_on, new.to_on)
        found = (each for each in self.lines[new.line] if (each.from_on, each.to_on) == days)
        return next((each for each in found if each.key in {None, new.key}), None)

    def add(self, new: NewCost, source: str, by: User | None) -> AdCost:
        self._check_alone(new, None)
        self._check_key(new, None)
        fields = {name: getattr(new, name) for name in FIELDS}
        cost = AdCost.objects.create(**fields, source=source, created_by_id=getattr(by, "pk", None))
        self.lines[new.line].append(cost)
        activity.record("ad_cost.created", cost, by=by, amount=str(cost.amount))
        return cost

    def change(self, cost: AdCost, new: NewCost, by: User | None) -> bool:
        """False if it says what is known."""
        changed = {name: getattr(new, name) for name in FIELDS if getattr(new, name) != getattr(cost, name)}
        if new.key is None:
            changed.pop("key", None)
        if not changed:
            return False
        self._check_alone(new, cost)
        self._check_key(new, cost)
        facts = {name: [str(getattr(cost, name)), str(value)] for name, value in changed.items()}
        self.lines[_line(cost)] = [each for each in self.lines[_line(cost)] if each.pk != cost.pk]
        for name, value in changed.items():
            setattr(cost, name, value)
        cost.save(update_fields=[*changed, "changed_at"])
        self.lines[new.line].append(cost)
        activity.record("ad_cost.changed", cost, by=by, changes=facts)
        return True

    def _check_alone(self, new: NewCost, cost: AdCost | None) -> None:
        for each in self.lines[new.line]:
            is_other = cost is None or each.pk != cost.pk
            if is_other and each.from_on <= new.to_on and each.to_on >= new.from_on:
                raise CostOverlaps(from_on=each.from_on, to_on=each.to_on, amount=f"¥{each.amount:,.0f}")

    def _check_key(self, new: NewCost, cost: AdCost | None) -> None:
        """Only by hand can two have one key: `put` takes the one that has it for the same."""
        others = AdCost.objects.exclude(pk=cost.pk) if cost else AdCost.objects.all()
        if new.key and others.filter(key=new.key).exists():
            raise BadCost.of_key()


def _line(cost: AdCost) -> tuple[int, str, str]:
    return cost.route_id, cost.medium, cost.campaign
