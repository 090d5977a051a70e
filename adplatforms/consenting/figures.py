"""How many customers agree to ads."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

KEY = "ad_consents"  # of the cache, which keeps clients apart
LASTS = timedelta(minutes=5)
CHEAP = 0.2  # seconds: what takes no longer is counted anew each time

COUNT = """
SELECT count(*) FILTER (WHERE said.is_given), count(*) FILTER (WHERE NOT said.is_given),
       count(*) FILTER (WHERE said.is_given IS NULL)
FROM customers_customer AS customer
LEFT JOIN (
    SELECT DISTINCT ON (customer_id) customer_id, is_given FROM adplatforms_adconsent
    ORDER BY customer_id, at DESC, id DESC) AS said ON said.customer_id = customer.id
WHERE customer.erased_at IS NULL"""


@dataclass(frozen=True)
class Figures:
    """Customers by what holds of them now."""

    agreed: int
    withdrawn: int
    never_asked: int
    counted_at: datetime

    @property
    def total(self) -> int:
        return self.agreed + self.withdrawn + self.never_asked


def present() -> Figures:
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        agreed, withdrawn, never_asked = cursor.fetchone()
    return Figures(agreed, withdrawn, never_asked, timezone.now())


def kept() -> Figures:
    """Where there are so many customers that counting takes long, those of up to LASTS ago."""
    if found := cache.get(KEY):
        return found
    begun = monotonic()
    found = present()
    if monotonic() - begun > CHEAP:
        cache.set(KEY, found, LASTS.total_seconds())
    return found
