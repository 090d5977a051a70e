"""How many customers agree to ads."""

from dataclasses import dataclass

from django.db import connection

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

    @property
    def total(self) -> int:
        return self.agreed + self.withdrawn + self.never_asked


def present() -> Figures:
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        return Figures(*cursor.fetchone())
