"""Where pages are is known in tasks too, which are in no request."""

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import Resolver404, resolve, set_urlconf

from accounts.models import Tenant

NEEDS = {
    "contracts.Contract": {"tenant": Tenant(slug="apparel")},
    "invitations.EntryPoint": {"code": "shop"},
    "touchpoints.Period": {"plan_id": 1},
}
WITH_A_PAGE = [model for model in apps.get_models() if hasattr(model, "get_absolute_url")]
ADDRESSES = [settings.ROOT_URLCONF, settings.TENANT_URLCONF]


@pytest.fixture(autouse=True)
def no_request():
    """What an earlier request of this process left is gone, as in a worker."""
    set_urlconf(None)


@pytest.mark.parametrize("model", WITH_A_PAGE, ids=lambda model: model._meta.label)
def test_a_task_can_say_where_something_is(model):
    one = model(pk=1, **NEEDS.get(model._meta.label, {}))

    path, _question, _query = one.get_absolute_url().partition("?")

    assert any(leads(path, urlconf) for urlconf in ADDRESSES)


def leads(path: str, urlconf: str) -> bool:
    try:
        resolve(path, urlconf)
    except Resolver404:
        return False
    return True
