"""What stands against opening a lottery, and what its author should look at again."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import AppError
from coupons import rewards
from coupons.models import Coupon
from prizes.lotteries import expecting, law, odds
from prizes.lotteries.odds import Chance
from prizes.models import Lottery, Prize


@dataclass(frozen=True, slots=True)
class Finding:
    """In words for the author. What `stops` must be mended before the lottery can be opened."""

    words: str
    stops: bool = False
    is_for_all: bool = False  # about a coupon that has to be kept for winners


def of(lottery: Lottery, turns: int | None = None) -> list[Finding]:
    """`turns` are those that are reckoned with; without, nothing is said of how long the stock lasts."""
    table = odds.present(lottery)
    chances = odds.of(table) if table else []
    prizes = list(lottery.prizes.all())
    return [
        *_period(lottery),
        *_prizes(chances, prizes),
        *_rewards(lottery, prizes),
        *_stock(chances, prizes, turns),
        *_law(lottery, chances, prizes),
    ]


def _period(lottery: Lottery) -> list[Finding]:
    if lottery.ends_at <= timezone.now():
        return [Finding(_("The end has passed already."), stops=True)]
    return []


def _prizes(chances: list[Chance], prizes: list[Prize]) -> list[Finding]:
    if not prizes:
        return [Finding(_("There is nothing to win yet: add a prize."), stops=True)]
    if not sum(each.ppm for each in chances):
        return [Finding(_("No prize can be won: all odds are 0 %."), stops=True)]
    found = []
    by_number = {each.prize: each for each in chances}
    for prize in prizes:
        chance = by_number.get(prize.pk)
        if chance is None or not chance.ppm:
            found.append(Finding(_("“%(prize)s” cannot be won: its odds are 0 %%.") % {"prize": prize.name}))
        elif chance.stock == 0:
            found.append(Finding(_("“%(prize)s” cannot be won: there is none.") % {"prize": prize.name}))
    return found


def _rewards(lottery: Lottery, prizes: list[Prize]) -> list[Finding]:
    found = []
    for prize in prizes:
        if not prize.reward:
            continue
        if prize.reward.get("kind") == "lottery" and prize.reward.get("lottery") == lottery.pk:
            found.append(Finding(_("“%(prize)s” is a turn in this very lottery.") % {"prize": prize.name}))
        if for_all([prize]):
            text = _("“%(prize)s”: whoever opens the address of this coupon gets it, without having won.")
            found.append(Finding(text % {"prize": prize.name}, is_for_all=True))
        try:
            rewards.check(prize.reward)
        except AppError as refusal:
            said = {"prize": prize.name, "problem": refusal.message}
            found.append(Finding(_("“%(prize)s” cannot be given: %(problem)s") % said, stops=True))
    return found


def for_all(prizes: Iterable[Prize]) -> list[Coupon]:
    """Coupons among these prizes that whoever opens their address gets, without having won."""
    given = [prize.reward for prize in prizes if prize.reward]
    numbers = [each.get("coupon") for each in given if each.get("kind") == "coupon"]
    rows = Coupon.objects.exclude(status=Coupon.Status.CLOSED).filter(by_address=True)
    return list(rows.filter(pk__in=[number for number in numbers if isinstance(number, int)]))


def _stock(chances: list[Chance], prizes: list[Prize], turns: int | None) -> list[Finding]:
    if turns is None or not chances:
        return []
    known = {prize.pk for prize in prizes}
    expected = expecting.of([each for each in chances if each.prize in known], prizes, turns)
    return [
        Finding(
            _("“%(prize)s” is expected to run out: %(drawn)s are drawn, %(stock)s are there.")
            % {"prize": line.name, "drawn": f"{line.drawn:,.0f}", "stock": f"{line.stock:,}"}
        )
        for line in expected.lines
        if line.runs_out
    ]


def _law(lottery: Lottery, chances: list[Chance], prizes: list[Prize]) -> list[Finding]:
    limits = law.limits(lottery.law, price_yen=lottery.price_yen, sales_yen=lottery.sales_yen)
    found = []
    for prize in prizes:
        if limits.each_yen is not None and prize.value_yen > limits.each_yen:
            said = {"prize": prize.name, "most": f"¥{limits.each_yen:,}"}
            found.append(
                Finding(_("“%(prize)s” may be worth more than the law allows here: %(most)s.") % said)
            )
    stocks = {each.prize: each.stock for each in chances if each.ppm}
    total = sum((stocks.get(prize.pk) or 0) * prize.value_yen for prize in prizes)
    if limits.total_yen is not None and total > limits.total_yen:
        said = {"total": f"¥{total:,}", "most": f"¥{limits.total_yen:,}"}
        found.append(
            Finding(
                _("All prizes together (%(total)s) may be worth more than the law allows: %(most)s.") % said
            )
        )
    return found
