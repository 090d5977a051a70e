"""Who of a segment may go to LINE for ads, and why the others do not."""

from dataclasses import dataclass

from django.db import connection
from pyroaring import BitMap

from adplatforms.errors import JudgedByLine
from adplatforms.models import LineAdAudience, LineAdVersion
from segments import services as segments
from segments.models import Audience

# Of each friend: whether the customer whom they are agreed; whether a customer whom they are or were has said
# no or was erased, whose link that ends; whether they are a customer.
JUDGE = """
WITH said AS MATERIALIZED (
    SELECT DISTINCT ON (customer_id) customer_id, is_given FROM adplatforms_adconsent
    ORDER BY customer_id, at DESC, id DESC),
refused AS MATERIALIZED (
    SELECT DISTINCT link.friend_id FROM linking_link AS link
    JOIN customers_customer AS customer ON customer.id = link.customer_id
    LEFT JOIN said ON said.customer_id = customer.id
    WHERE customer.erased_at IS NOT NULL OR NOT said.is_given)
SELECT CASE WHEN said.is_given AND customer.erased_at IS NULL THEN 'agreed'
            WHEN refused.friend_id IS NOT NULL THEN 'refused'
            WHEN customer.id IS NOT NULL THEN 'never_asked'
            ELSE 'not_linked' END AS standing,
       array_agg(given.friend_id)
FROM unnest(%s::int[]) AS given (friend_id)
LEFT JOIN linking_link AS link ON link.friend_id = given.friend_id AND link.unlinked_at IS NULL
LEFT JOIN customers_customer AS customer ON customer.id = link.customer_id
LEFT JOIN said ON said.customer_id = customer.id
LEFT JOIN refused ON refused.friend_id = given.friend_id
GROUP BY standing"""


@dataclass(frozen=True)
class Outlook:
    """Numbers of the friends in a segment, by what they said about ads; `out` go to LINE."""

    agreed: BitMap
    refused: BitMap
    never_asked: BitMap
    not_linked: BitMap
    out: BitMap

    @property
    def total(self) -> int:
        return sum(map(len, (self.agreed, self.refused, self.never_asked, self.not_linked)))

    @property
    def left_out(self) -> int:
        return self.total - len(self.out)


def of(audience: LineAdAudience) -> Outlook:
    """Of those in its segment now. Raises JudgedByLine, InvalidTree."""
    tree = audience.segment.tree
    if not segments.count(tree).is_exact:
        raise JudgedByLine
    return judge(segments.members(tree), only_agreed=audience.only_agreed)


def judge(friends: BitMap, *, only_agreed: bool) -> Outlook:
    """Who says no goes out in no case; who was never asked, unless only those are to go who agreed."""
    numbers = f"{{{','.join(map(str, friends))}}}"  # the driver takes many times as long for a list
    with connection.cursor() as cursor:
        cursor.execute(JUDGE, [numbers])
        found = {standing: BitMap(ids) for standing, ids in cursor.fetchall()}
    agreed, refused, never_asked, not_linked = (
        found.get(name, BitMap()) for name in ("agreed", "refused", "never_asked", "not_linked")
    )
    out = agreed if only_agreed else agreed | never_asked | not_linked
    return Outlook(agreed, refused, never_asked, not_linked, out)


def permitted(made: Audience, friends: BitMap) -> BitMap:
    """Who of these may go right now, for an audience that is being made; of one that is removed: nobody."""
    found = LineAdAudience.objects.filter(versions__made=made).first()
    return judge(friends, only_agreed=found.only_agreed).out if found else BitMap()


def unwelcome(version: LineAdVersion) -> int:
    """How many LINE holds in it who may not go any more."""
    members = version.members
    return len(members - judge(members, only_agreed=version.audience.only_agreed).out) if members else 0
