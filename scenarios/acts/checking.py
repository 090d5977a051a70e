"""What is wrong with steps that ask something of others, or write something."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.errors import AppError
from coupons import rewards
from friends import values
from friends.errors import BadValue
from friends.models import FriendField
from prizes.errors import NotYet
from relays import addresses
from relays.errors import BadAddress
from scenarios.flow.finding import Finding
from scenarios.flow.reading import Flow
from scenarios.flow.steps import Field, Reward, Webhook


def findings(flow: Flow) -> Iterator[Finding]:
    steps = list(flow.walk())
    keys = {step.field for _path, step in steps if isinstance(step, Field)}
    fields = {field.key: field for field in FriendField.objects.in_use().filter(key__in=keys)} if keys else {}
    for path, step in steps:
        if isinstance(step, Webhook):
            yield from _webhook(step, path)
        elif isinstance(step, Reward):
            yield from _reward(step, path)
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


def _field(step: Field, field: FriendField, path: str) -> Iterator[Finding]:
    if step.add is not None and field.type != FriendField.Type.NUMBER:
        text = _("Only a field for numbers can be added to: “%(field)s” is none.") % {"field": field.name}
        yield Finding("no_number", text, f"{path}.add")
    if step.value is not None:
        try:
            values.read(field, step.value)
        except BadValue as error:
            yield Finding("bad_value", error.message, f"{path}.value")
