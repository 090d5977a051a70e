from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django_tenants.utils import tenant_context

from invitations.models import DayOfViews
from linking.models import LinkAttempt
from tests.api.conftest import call  # noqa: F401  (a fixture)
from tests.factories import make_friend

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)


class Passer(Client):
    """Somebody's browser on a page of the shop."""

    def __init__(self, agent: str = PHONE) -> None:
        super().__init__(headers={"user-agent": agent, "accept-language": "en"})

    def generic(self, method: str, path: str, *args, **kwargs) -> HttpResponse:
        """Answers, and leaves the test in its own client again. Addresses are below /c/apparel/i/."""
        with tenant_context(connection.tenant):
            return super().generic(method, f"/c/apparel/i/{path}", *args, **kwargs)

    def saw(self, entry: str, variant: str = "") -> HttpResponse:
        return self.post("views/", {"entry": entry, "variant": variant})


@pytest.fixture
def passer(tenant) -> Passer:
    return Passer()


def make_attempt(entry: str, variant: str = "", *, days_ago: int = 0) -> LinkAttempt:
    at = timezone.now() - timedelta(days=days_ago)
    return LinkAttempt.objects.create(
        friend=make_friend(), entry=entry, variant=variant, started_at=at, expires_at=at
    )


def views_of(entry: str) -> dict[str, int]:
    """By invitation."""
    return dict(DayOfViews.objects.filter(entry=entry).values_list("variant", "count"))
