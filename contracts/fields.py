"""Fields of the API with amounts of LINE: what the caller sees, as on the pages."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import get_attribute

from accounts import current
from contracts import sight
from contracts.sight import Sight


class AmountField(serializers.DecimalField):
    """Money, with the four places that the ledger keeps."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**({"max_digits": 18, "decimal_places": 4} | options))


class SeenField(AmountField):
    """An amount that depends on who asks: null for whoever may not see the ledger."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_null=True, read_only=True, **options)

    def get_attribute(self, instance: Any) -> Decimal | None:
        net = super().get_attribute(instance)
        if net is None or not self._user.has_perm(sight.VIEW_COST):
            return None
        return self.seen(net, instance)

    def seen(self, net: Decimal, instance: Any) -> Decimal | None:
        raise NotImplementedError

    @property
    def _user(self):
        return self.context["request"].user

    def _sight(self, month: date | None) -> Sight:
        month = month or timezone.localdate().replace(day=1)
        return sight.of(self._user, current.tenant(), month)

    def _beside(self, instance: Any, name: str) -> Any:
        """What stands beside the amount, in the same object; None if there is no such thing."""
        return _part(get_attribute(instance, self.source_attrs[:-1]), name)

    def _month(self, instance: Any) -> date | None:
        """The month of the amount, of its object, or of what that stands in."""
        return self._beside(instance, "month") or _part(instance, "month")


class ShownField(SeenField):
    """What messages cost the caller: LINE's cost, or the client's price for them, by the month's contract.

    The counts stand beside the amount: `messages` and `paid_count`, or under the names given.
    """

    def __init__(self, *, messages: str = "messages", paid: str = "paid_count", **options: Any) -> None:
        super().__init__(**options)
        self.messages, self.paid = messages, paid

    def seen(self, net: Decimal, instance: Any) -> Decimal | None:
        found = self._sight(self._month(instance))
        notices = self._beside(instance, "notice_amount") or Decimal(0)
        counts = {"messages": self._count(instance, self.messages), "paid": self._count(instance, self.paid)}
        return found.amount(net - notices, **counts) + found.cost(notices)

    def _count(self, instance: Any, name: str) -> int:
        """Of messages of the plan; where there are others too, they are told apart."""
        found = self._beside(instance, f"plan_{name}")
        return (self._beside(instance, name) or 0) if found is None else found


class FeeField(SeenField):
    """What the monthly fee of LINE's plan is for the caller, likewise."""

    def seen(self, net: Decimal, instance: Any) -> Decimal | None:
        return self._sight(self._month(instance)).fee(net)


class TypedLimitField(AmountField):
    """A limit that the caller reads and writes as it sees amounts; it is kept in net.

    Refused for a caller that sees a price per message, since that has no net; it reads null then.
    """

    default_error_messages = {
        "unseen": _("Where no cost is shown it cannot be limited: limit the number of people instead."),
    }

    def to_internal_value(self, data: Any) -> Decimal:
        net = self._sight.as_net(super().to_internal_value(data))
        if net is None:
            self.fail("unseen")
        return net.quantize(Decimal(1).scaleb(-(self.decimal_places or 0)), ROUND_HALF_UP)

    def to_representation(self, value: Decimal) -> Any:
        limit = self._sight.limit(value)
        return None if limit is None else super().to_representation(limit)

    @property
    def _sight(self) -> Sight:
        month = timezone.localdate().replace(day=1)
        return sight.of(self.context["request"].user, current.tenant(), month)


class NetField(SeenField):
    """A price of LINE's own: null for a caller that sees only the client's price in some month."""

    def seen(self, net: Decimal, instance: Any) -> Decimal | None:
        return net if sight.always_net(self._user, current.tenant()) else None


def _part(whole: Any, name: str) -> Any:
    return whole.get(name) if isinstance(whole, dict) else getattr(whole, name, None)
