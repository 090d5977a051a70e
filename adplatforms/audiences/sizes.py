"""How many people of a segment can be given out, and why the others cannot."""

from dataclasses import dataclass

from django.db import connection
from pyroaring import BitMap

from adplatforms.errors import JudgedByLine
from adplatforms.models import AdAudience, AdAudienceEntry
from segments import services as segments

SAID = """
SELECT DISTINCT ON (customer_id) customer_id, is_given FROM adplatforms_adconsent
ORDER BY customer_id, at DESC, id DESC"""
COUNT = f"""
SELECT count(*), count(link.customer_id), count(*) FILTER (WHERE {{contact}}),
       count(*) FILTER (WHERE {{contact}} AND said.is_given),
       count(*) FILTER (WHERE {{contact}} AND NOT said.is_given)
FROM unnest(%s::int[]) AS given (friend_id)
LEFT JOIN linking_link AS link ON link.friend_id = given.friend_id AND link.unlinked_at IS NULL
LEFT JOIN customers_customer AS customer ON customer.id = link.customer_id
LEFT JOIN ({SAID}) AS said ON said.customer_id = customer.id
"""  # noqa: S608  (our own text)
CONTACTS = {
    AdAudience.Contacts.BOTH: "(customer.email_hash IS NOT NULL OR customer.phone_hash IS NOT NULL)",
    AdAudience.Contacts.EMAIL: "customer.email_hash IS NOT NULL",
    AdAudience.Contacts.PHONE: "customer.phone_hash IS NOT NULL",
}
# Who agrees no longer, is gone, or has another contact by now.
REMOVABLE = """
entry.audience_id = %s AND entry.removal_id IS NULL AND (
    entry.is_replaced OR NOT coalesce((
        SELECT is_given FROM adplatforms_adconsent AS said WHERE said.customer_id = entry.customer_id
        ORDER BY at DESC, id DESC LIMIT 1), false))"""


@dataclass(frozen=True)
class Size:
    """People of a segment: all, those linked to a customer, of these with a contact, of these with consent.

    `withdrawn` are those with a contact who have said no; the rest without consent were never asked.
    """

    total: int
    linked: int
    with_contact: int
    out: int
    withdrawn: int

    @property
    def not_linked(self) -> int:
        return self.total - self.linked

    @property
    def without_contact(self) -> int:
        return self.linked - self.with_contact

    @property
    def never_asked(self) -> int:
        return self.with_contact - self.out - self.withdrawn


def people(audience: AdAudience) -> BitMap:
    """Numbers of the friends in its segment. Raises JudgedByLine, InvalidTree."""
    if not segments.count(audience.segment.tree).is_exact:
        raise JudgedByLine
    return segments.members(audience.segment.tree)


def of(audience: AdAudience, friends: BitMap) -> Size:
    sql = COUNT.format(contact=CONTACTS[AdAudience.Contacts(audience.contacts)])
    numbers = f"{{{','.join(map(str, friends))}}}"  # the driver takes many times as long for a list
    with connection.cursor() as cursor:
        cursor.execute(sql, [numbers])
        return Size(*cursor.fetchone())


def removable(audience: AdAudience) -> int:
    """How many were given out and have to be taken off the platform's list again."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM adplatforms_adaudienceentry AS entry WHERE {REMOVABLE}",  # noqa: S608
            [audience.pk],
        )
        return cursor.fetchone()[0]


def given_out(audience: AdAudience) -> int:
    return AdAudienceEntry.objects.filter(audience=audience).count()
