"""Making a draft of a ready-made scenario."""

from urllib.parse import urlsplit

from django.utils import translation

from accounts.models import User
from scenarios import services
from scenarios.models import Scenario
from scenarios.ready.base import Ready, Wishes
from scenarios.ready.needs import Events, Known
from shops.models import Product


def begin(ready: Ready, wishes: Wishes, *, by: User | None) -> Scenario:
    """A draft of it, named like it in the language of its texts. Raises ScenarioNameTaken."""
    with translation.override(wishes.language):
        name, note = free_name(str(ready.name)), str(ready.what)
    return services.create(name, flow=ready.flow(wishes), note=note, made_of=ready.code, by=by)


def free_name(wanted: str) -> str:
    """This name, with a number behind it where another scenario has it."""
    taken = set(Scenario.objects.filter(name__startswith=wanted).values_list("name", flat=True))
    numbered = (f"{wanted} {number}" for number in range(2, len(taken) + 2))
    return next(name for name in [wanted, *numbered] if name not in taken)


def shop_address() -> str:
    """The beginning of the shop, as far as pages of its products tell it; "" if none does."""
    page = Product.objects.exclude(page_url="").order_by("-pk").values_list("page_url", flat=True).first()
    parts = urlsplit(page or "")
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else ""


def events_to_start(ready: Ready) -> tuple[str, ...]:
    """The types of events of which one can be chosen to start it, what was received already first."""
    if "event" not in ready.asks:
        return ()
    several = [need for need in ready.needs if isinstance(need, Events)]
    received = Known(several).received
    return tuple(sorted(several[0].types, key=lambda name: name not in received))
