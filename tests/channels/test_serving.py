"""The whole front as granian serves it: two processes, webhooks beside Django's pages."""

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from channels import processing, services
from config.embedded import ROOT, free_port, wait_for_port
from tests.channels.conftest import database_url


@pytest.fixture
def front(own_tenant, settings, tmp_path) -> Iterator[str]:
    """Its address. `own_tenant` is there first, so that the processes serve the test database."""
    port = free_port()
    settings.BASE_URL = f"http://127.0.0.1:{port}"
    command = ["granian", "--interface", "asgi", "--workers", "2", "--loop", "uvloop", "--port", str(port)]
    command += ["--workers-kill-timeout", "5"]  # one that is told to end while it starts would never
    env = {"DATABASE_URL": database_url(), "SPOOL_DIR": str(tmp_path)}
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings", "ALLOWED_HOSTS": "127.0.0.1"}
    process = subprocess.Popen(
        [sys.executable, "-m", *command, "config.asgi:application"], cwd=ROOT, env=os.environ | env
    )
    try:
        wait_for_port(port)
        yield settings.BASE_URL
    finally:
        process.terminate()
        process.wait(20)


def test_line_reaches_the_webhook_of_a_channel_as_soon_as_it_is_connected(own_tenant, front, line, seen):
    account = line.add_channel(number := own_tenant.slug[-8:], "secret")

    channel = services.connect_channel(own_tenant, channel_id=number, channel_secret="secret")
    [person] = line.add_people(number, ["葵"])
    line.follow(number, [person])
    processing.process(seconds=5)

    assert channel.webhook_problem == ""
    assert channel.bot_user_id == account["userId"]
    assert [(event.type, event.line_user_id) for event in seen] == [("follow", person)]


def test_pages_are_served_beside_it(front):
    status, page = get(front, "/sign-in/login/")

    assert status == 200
    assert b"<form" in page


def test_what_is_nobodys_is_not_found(front):
    assert get(front, "/c/nobody/l/abc")[0] == 404
    assert get(front, "/c/nobody/")[0] == 404


def get(front: str, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(front.removeprefix("http://"), timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read()
