"""What is wrong with steps that ask something of others, or write something."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.errors import AppError
from composing.content import named_variables
from coupons import rewards
from coupons.models import Coupon
from coupons.reward import PAGE
from friends import values
from friends.errors import BadValue
from friends.models import FriendField
from prizes.errors import NotYet
from relays import addresses
from relays.errors import BadAddress
from scenarios.flow.finding import Finding
from scenarios.flow.reading import Flow
from scenarios.flow.steps import Field, Reward, Send, Webhook


def findings(flow: Flow) -> Iterator[Finding]:
    steps = list(flow.walk())
    keys = {step.field for _path, step in steps if isinstance(step, Field)}
    fields = {field.key: field for field in FriendField.objects.in_use().filter(key__in=keys)} if keys else {}
    given = {step.coupon for _path, step in steps if isinstance(step, Reward)}
    for path, step in steps:
        if isinstance(step, Webhook):
            yield from _webhook(step, path)
        elif isinstance(step, Reward):
            yield from _reward(step, path)
        elif isinstance(step, Send) and step.messages:
            yield from _coupons(step, path, given)
        elif isinstance(step, Field) and step.field in fields:
            yield from _field(step, fields[step.field], path)


def _webhook(step: Webhook, path: str) -> Iterator[Finding]:
    try:
        addresses.clean(step.url)
    except BadAddress as error:
        yield Finding("bad_address", error.message, f"{path}.url")


def _reward(step: Reward, path: str) -> Iterator[Finding]:
    """A lottery or a campaign that has not begun yet may give when people come here; what has ended never."""
    try:
        rewards.check(step.reward)
    except AppError as error:
        text = _("The reward cannot be given: %(problem)s") % {"problem": error.message}
        yield Finding("no_reward", text, f"{path}.{step.kind}", stops=not isinstance(error, NotYet))


def _coupons(step: Send, path: str, given: set[int | None]) -> Iterator[Finding]:
    """Coupons that messages lead to and that not everybody sees who opens the address."""
    named = [name.removeprefix(f"{PAGE}.") for name in named_variables(step.messages or [])]
    numbers = {int(name) for name in named if name.isascii() and name.isdecimal() and len(name) < 10}
    for coupon in Coupon.objects.filter(pk__in=numbers) if numbers else []:
        state = coupon.state()
        if state in (Coupon.State.ENDED, Coupon.State.DRAFT, Coupon.State.CLOSED):
            text = _("The coupon “%(name)s” is not running: %(state)s.")
            said = {"name": coupon.name, "state": state.label}
            yield Finding("coupon_not_running", text % said, f"{path}.messages", stops=False)
        elif not coupon.by_address and coupon.pk not in given:
            text = _("“%(name)s” shows only to those who have it: give it to them by a step before.")
            yield Finding("coupon_not_given", text % {"name": coupon.name}, f"{path}.messages", stops=False)


def _field(step: Field, field: FriendField, path: str) -> Iterator[Finding]:
    if step.add is not None and field.type != FriendField.Type.NUMBER:
        text = _("Only a field for numbers can be added to: “%(field)s” is none.") % {"field": field.name}
        yield Finding("no_number", text, f"{path}.add")
    if step.value is not None:
        try:
            values.read(field, step.value)
        except BadValue as error:
            yield Finding("bad_value", error.message, f"{path}.value")
