"""Where features' viewsets become the front door's endpoints.

A feature stands to the left of this app and cannot import from it, so it declares (`queryset`, `keyset`,
`filter_serializer`, `permission_required`) and what all endpoints share is put around it here.
"""

from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ViewSetMixin

from api.idempotency import Idempotent


def endpoint(viewset: type[ViewSetMixin]) -> type[ViewSetMixin]:
    """A feature's viewset with what all endpoints share."""
    return type(viewset.__name__, (Idempotent, viewset), {"__doc__": viewset.__doc__})


class Router(SimpleRouter):
    def __init__(self) -> None:
        super().__init__(use_regex_path=False)

    def register(self, prefix: str, viewset: type[ViewSetMixin], basename: str | None = None) -> None:
        super().register(prefix, endpoint(viewset), basename or f"api-{prefix}")
