"""What a feature's viewset says of itself, for what all endpoints share."""

from typing import Protocol

from django.db.models import QuerySet


class Endpoint(Protocol):
    """A viewset of a feature, at work on a request. Some also declare `keyset`, `permission_required`."""

    action: str
    queryset: QuerySet

    def narrow(self, queryset: QuerySet, **given: object) -> QuerySet:
        """Its rows that meet the parameters of `filter_serializer`; asked only if it declares one."""
