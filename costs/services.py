"""Commands on what else is paid."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from accounts import activity
from accounts.models import User
from costs.errors import BadFee
from costs.models import FeeSettings

MOST = Decimal(10) ** 9
FIRST_YEAR, LAST_YEAR = 2010, 2100


@transaction.atomic
def set_tool_fee(*, name: str, amount: Decimal, since: date, by: User | None) -> FeeSettings:
    """What tools cost each month from the month of `since` on; 0: nothing any more. What held before is kept.

    Raises BadFee.
    """
    if not amount.is_finite() or not 0 <= amount <= MOST or amount != round(amount, 2):
        raise BadFee.of_amount()
    if not FIRST_YEAR <= since.year <= LAST_YEAR:
        raise BadFee.of_month()
    made = FeeSettings.objects.create(
        valid_from=since.replace(day=1),
        name=name.strip(),
        amount=amount,
        created_by_id=getattr(by, "pk", None),
    )
    activity.record("tool_fee.set", made, by=by, since=f"{made.valid_from:%Y-%m}", amount=str(amount))
    return made
