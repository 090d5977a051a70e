"""The friends whom a customer has been, for the timeline of both lives."""

from collections.abc import Iterable

from customers import life
from customers.life import Stretch
from customers.models import Customer
from linking.models import Link


@life.register
def of_links(customer: Customer) -> Iterable[Stretch]:
    links = Link.objects.filter(customer=customer).order_by("linked_at")
    for friend_id, since, until in links.values_list("friend_id", "linked_at", "unlinked_at"):
        yield Stretch(friend_id, since, until)
