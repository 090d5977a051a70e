"""What we pass on does not come round again under another name of ours."""

import pytest

from channels import loops
from channels.ingest import Ingest
from channels.models import InboxBody
from line import signatures
from relays import outside
from tests.channels.conftest import SECRET, give_channel, make_body


async def deliver_with(app: Ingest, slug: str, body: bytes, **headers: str) -> int:
    signed = {"x-line-signature": signatures.sign(SECRET, body)} | headers
    answers = []

    async def receive() -> dict:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict) -> None:
        answers.append(message)

    pairs = [(name.lower().encode(), value.encode()) for name, value in signed.items()]
    scope = {"type": "http", "method": "POST", "path": f"/c/{slug}/line/webhook/", "headers": pairs}
    await app(scope, receive, send)
    return answers[0]["status"]


def test_a_webhook_that_we_passed_on_is_refused_when_it_comes_back(own_tenant, serve, settings):
    settings.BASE_URL = "https://musubi.example.jp"
    give_channel(own_tenant)
    body = make_body()
    headers = outside.headers_for(signatures.sign(SECRET, body))

    assert serve(lambda app: deliver_with(app, own_tenant.slug, body, **headers)) == 508

    assert not InboxBody.objects.filter(tenant_id=own_tenant.pk).exists()


@pytest.mark.parametrize("via", ["1.1 google", "1.1 other.example.jp, 1.1 vegur", "x"])
def test_what_others_passed_on_is_taken(own_tenant, serve, settings, via):
    settings.BASE_URL = "https://musubi.example.jp"
    give_channel(own_tenant)

    assert serve(lambda app: deliver_with(app, own_tenant.slug, make_body(), via=via)) == 200


def test_proxies_on_the_way_do_not_hide_it(settings):
    settings.BASE_URL = "https://musubi.example.jp"

    assert loops.has_passed_us("1.1 vegur, 1.1 musubi.example.jp, 2.0 proxy")
