from django_tenants.utils import tenant_context

from channels.models import Channel
from tests.channels.conftest import give_channel
from tests.factories import make_channel_check


def test_the_channel_is_told_with_its_checks_and_limits_and_without_secrets(call, tenant):
    give_channel(tenant, "5ecre7", name="Shop", account_type="unverified")
    make_channel_check(tenant, "webhook_off", state="bad")

    answer = call("channels.view_channel").get("channel/")

    told = answer.json()
    assert (told["name"], told["mode"], told["account_type"]) == ("Shop", "receiving", "unverified")
    assert told["webhook_url"].endswith("/c/apparel/line/webhook/")
    [check] = told["checks"]
    assert (check["kind"], check["state"], check["finding"]) == ("webhook", "bad", "webhook_off")
    assert "Use webhook" in check["title"]
    assert any("unverified account" in line for line in told["cannot"])
    assert "secret" not in answer.content.decode().replace("secret_since", "").replace("old_secret_until", "")
    assert "5ecre7" not in answer.content.decode()


def test_without_a_channel_there_is_nothing(call):
    answer = call().get("channel/")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_the_channel_of_another_client_is_not_ours(call, tenant, other_tenant):
    give_channel(other_tenant, name="Theirs")
    with tenant_context(tenant):
        assert not Channel.objects.exists()

    assert call().get("channel/").status_code == 404


def test_nothing_can_be_written(call, tenant):
    give_channel(tenant)

    assert call().put("channel/", {"mode": "send_only"}).status_code == 405
