"""What the pages of lotteries and point campaigns show."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q

from coupons import rewards
from friends import personal
from friends.models import Friend
from prizes.forms import TurnsForm
from prizes.lotteries import audit, checking, expecting, odds
from prizes.lotteries.odds import Chance
from prizes.models import DeliveryRow, Draw, Lottery, PointCampaign, Prize, Win
from prizes.points import actions, listing
from prizes.reward import LOTTERY, POINTS

RECKONED = 10_000  # turns, where nobody said how many


@dataclass(frozen=True, slots=True)
class Offered:
    """A prize with its odds and what it is, for people."""

    prize: Prize
    chance: Chance | None
    given_at_once: str


def offered(lottery: Lottery) -> list[Offered]:
    table = odds.present(lottery)
    chances = {each.prize: each for each in odds.of(table)} if table else {}
    return [
        Offered(prize, chances.get(prize.pk), rewards.say(prize.reward) if prize.reward else "")
        for prize in lottery.prizes.all()
    ]


def of_lottery(lottery: Lottery, asked: Mapping[str, str]) -> dict:
    """All that its page says. Draws are counted by an index over those of the lottery."""
    form = TurnsForm({"turns": asked.get("turns", RECKONED)})
    turns = form.cleaned_data["turns"] if form.is_valid() else RECKONED
    counted = Draw.objects.filter(lottery=lottery).aggregate(
        draws=Count("pk"), people=Count("friend", distinct=True), winners=Count("prize")
    )
    wins = Win.objects.filter(lottery=lottery).aggregate(
        to_send=Count("pk", filter=Q(state=Win.State.TO_SEND)),
        failed=Count("pk", filter=Q(state=Win.State.FAILED)),
    )
    return {
        "lottery": lottery,
        "offered": offered(lottery),
        "tables": lottery.tables.all(),
        "findings": checking.of(lottery, turns) if lottery.status == Lottery.Status.DRAFT else [],
        "for_all": checking.for_all(lottery.prizes.all()),
        "audit": audit.kept(lottery),
        "form": form,
        "variable": f"{{{{{LOTTERY}.{lottery.pk}}}}}",
        "door": personal.door(LOTTERY, lottery.pk),
        **counted,
        **wins,
        **expected(lottery, turns),
    }


def expected(lottery: Lottery, turns: int) -> dict:
    table = odds.present(lottery)
    chances = odds.of(table) if table else []
    return {"expected": expecting.of(chances, lottery.prizes.all(), turns)}


def of_point_campaign(campaign: PointCampaign) -> dict:
    """All that its page says."""
    lists = list(campaign.lists.all())
    present = next((each for each in lists if each.state != each.State.REPLACED), None)
    return {
        "campaign": campaign,
        "entered": campaign.entries.count(),
        "action": actions.words(campaign.action),
        "lists": lists,
        "present": present,
        "cost": listing.cost_yen(present) if present and present.counted_at else None,
        "variable": f"{{{{{POINTS}.{campaign.pk}}}}}",
        "door": personal.door(POINTS, campaign.pk),
    }


def reasons(list_id: int) -> list[tuple[str, int]]:
    """Why people on a delivery list get nothing, with how many; in the order in which it is judged."""
    rows = DeliveryRow.objects.filter(list=list_id).exclude(reason="").values("reason")
    found = dict(rows.annotate(count=Count("pk")).values_list("reason", "count"))
    return [(str(each.label), found[each]) for each in DeliveryRow.Reason if each in found]


def of_friend(friend: Friend) -> dict:
    """What one friend drew and entered, the newest, for their profile."""
    wins = Win.objects.filter(friend=friend).select_related("prize", "lottery")[:5]
    players = friend.lotteries.select_related("lottery").order_by("-pk")[:5]
    entries = friend.point_entries.select_related("campaign").order_by("-pk")[:5]
    return {"friend": friend, "wins": wins, "players": players, "entries": entries}
