"""Commands on links."""

from django.db import transaction
from django.utils import timezone

from accounts import activity, current
from accounts.models import User
from channels.models import Channel
from channels.services import client_for
from customers.models import Customer
from friends.models import Friend
from line.errors import LineError, Rejected, Unauthorized
from linking import attempts, bonds
from linking.bonds import Bond
from linking.errors import NotAFriend, NotConnected
from linking.models import Link


def invite(friend: Friend) -> str:
    """The address at which this friend can link within ten minutes, to be sent to them and nobody else.

    Raises NotConnected, NotAFriend; line.errors Unavailable or RateLimited when it is worth another try.
    """
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    if channel is None:
        raise NotConnected
    answer = attempts.invite(client_for(channel), [friend])[friend.pk]
    if isinstance(answer, Rejected) and not isinstance(answer, Unauthorized):
        raise NotAFriend from answer
    if isinstance(answer, LineError):
        raise answer
    return answer


@transaction.atomic
def link(
    friend: Friend,
    customer: Customer,
    *,
    method: Link.Method,
    by: User | None = None,
    reason: str = "",
) -> Link:
    """Tie a friend to a customer without asking them. Ends other links of both.

    Answers with the present link if they are tied already.
    """
    bond = Bond(friend.pk, customer.pk, timezone.now(), method, reason=reason, by_id=by.pk if by else None)
    new = bonds.tie([bond])
    if new:
        activity.record("link.made", new[0], by=by, method=method)
    return Link.objects.active().get(friend=friend, customer=customer)
