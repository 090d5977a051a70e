"""Winners, and draws for everybody to check, as tables for files."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.spreadsheets import Cell, Sheet
from customers import contacts
from customers.models import Customer
from linking.models import Link
from prizes.lotteries import winning
from prizes.models import Draw, Lottery, Win

PORTION = 2_000
DRAWS = ("ticket", "turn", "drawn_at", "table", "number", "aimed", "prize", "serial")


def winners(wins: QuerySet[Win]) -> Sheet:
    """With where to send prizes, as winners wrote it, else what is known of the customer. The caller asks
    for the right."""
    header = [
        _("Number"),
        _("Won"),
        _("Prize"),
        _("Status"),
        _("Friend number"),
        _("Display name"),
        _("Customer number"),
        _("Name"),
        _("Postal code"),
        _("Address of delivery"),
        _("Phone number"),
        _("E-mail"),
        _("Note"),
    ]
    return Sheet("winners", _("Winners"), header, list(_rows(wins)))


def draws(lottery: Lottery) -> Iterator[list[str]]:
    """Every draw by what it can be made again from; nobody is named. The header comes first."""
    yield list(DRAWS)
    after = 0
    rows = Draw.objects.filter(lottery=lottery).select_related("table").order_by("pk")
    while portion := list(rows.filter(pk__gt=after)[:PORTION]):
        for each in portion:
            yield [
                each.ticket,
                str(each.turn),
                timezone.localtime(each.drawn_at).isoformat(timespec="milliseconds"),
                str(each.table.number),
                str(each.lot),
                str(each.aimed_id or ""),
                str(each.prize_id or ""),
                str(each.serial or ""),
            ]
        after = portion[-1].pk


def _rows(wins: QuerySet[Win]) -> Iterator[list[Cell]]:
    last = None
    ordered = wins.select_related("prize", "friend", "draw").order_by("-pk")
    while portion := list(ordered.filter(pk__lt=last)[:PORTION] if last else ordered[:PORTION]):
        known, told = _customers(portion), winning.contacts(portion)
        for win in portion:
            yield _row(win, known.get(win.friend_id), told.get(win.pk, {}))
        last = portion[-1].pk


def _row(win: Win, customer: Customer | None, told: dict[str, str]) -> list[Cell]:
    return [
        win.pk,
        win.draw.drawn_at,
        win.prize.name,
        str(win.get_state_display()),
        win.friend_id,
        win.friend.display_name,
        customer.number if customer else "",
        told.get("name") or (customer.name if customer else ""),
        told.get("postal_code", ""),
        told.get("address", ""),
        told.get("phone") or getattr(customer, "phone", ""),
        getattr(customer, "email", ""),
        win.note,
    ]


def _customers(wins: list[Win]) -> dict[int, Customer]:
    links = (
        Link.objects.active().select_related("customer").filter(friend__in=[win.friend_id for win in wins])
    )
    found = {link.friend_id: link.customer for link in links}
    contacts.open_all(found.values())
    return found
