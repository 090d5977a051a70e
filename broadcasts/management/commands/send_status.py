from decimal import Decimal

from django.core.management.base import CommandParser
from django_tenants.utils import tenant_context

from accounts.errors import NotFound
from accounts.management.operators import OperatorCommand, client_named
from broadcasts.models import Broadcast
from broadcasts.results import progress


class Command(OperatorCommand):
    help = "Says how far a broadcast is, what came of it and what it cost."

    def add_own_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client", help="address name of the client")
        parser.add_argument("broadcast", type=int, help="number of the broadcast")

    def answer(self, *, client: str, broadcast: int, **_: object) -> dict:
        with tenant_context(client_named(client)):
            found = Broadcast.objects.filter(pk=broadcast).first()
            if found is None:
                raise NotFound(what="Broadcast", name=broadcast)
            return _facts(found)

    def words(self, facts: dict) -> str:
        causes = "".join(f"\n  {each['people']:,} not reached: {each['error']}" for each in facts["failures"])
        return (
            f"{facts['name']}: {facts['status']} {facts['percent']} %\n"
            f"  {facts['accepted']:,} of {facts['recipients']:,} accepted by LINE "
            f"in {facts['requests']:,} requests, {facts['needs_check']:,} need a check, "
            f"{facts['clicks']:,} clicks\n"
            f"  {facts['messages']:,} messages booked ({facts['free']:,} free), "
            f"{_yen(facts['amount'])} {facts['problem']}"
            f"{causes}"
        )


def _yen(amount: str) -> str:
    """Exact, without zeros at its end: ¥348, ¥1,050.5."""
    return f"¥{Decimal(amount).normalize():,f}"


def _facts(broadcast: Broadcast) -> dict:
    found = progress.of(broadcast)
    people = [
        "recipients",
        "accepted",
        "pending",
        "under_way",
        "rejected",
        "needs_check",
        "cancelled",
        "dropped",
    ]
    return {
        "broadcast": broadcast.pk,
        "name": broadcast.name,
        "status": broadcast.status,
        "problem": str(broadcast.problem),
        "percent": found.percent,
        **{name: getattr(found, name) for name in [*people, "requests", "clicks"]},
        "messages": found.cost.messages,
        "free": found.cost.free_count,
        "paid": found.cost.paid_count,
        "amount": str(found.cost.amount),
        "failures": [
            {"error": each.error, "people": each.friend_count, "batches": each.batch_ids}
            for each in progress.failures(broadcast)
        ],
    }
