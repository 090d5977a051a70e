"""The whole front as granian serves it: two processes, webhooks beside Django's pages."""

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest

from accounts.models import Tenant
from channels import processing, services
from channels.ingest import MAX_BODY_BYTES
from channels.models import InboxBody
from config.embedded import ROOT, free_port, wait_for_port
from tests.channels.conftest import database_url, give_channel

TEN_MEGABYTES = 10_000_000


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
        get(settings.BASE_URL, "/sign-in/login/")  # LINE waits two seconds; a process that starts needs more
        yield settings.BASE_URL
    finally:
        process.terminate()
        process.wait(60)


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


def test_ten_megabytes_are_refused_before_any_of_them_is_read(own_tenant, front):
    give_channel(own_tenant)

    with post(own_tenant, front, f"Content-Length: {TEN_MEGABYTES}") as line:
        answer = line.recv(1_000)
        taken = pour(line, b" " * 50_000)

    assert answer.startswith(b"HTTP/1.1 413")
    assert taken < 1_000_000  # what sockets hold
    assert not InboxBody.objects.filter(tenant_id=own_tenant.pk).exists()


def test_a_body_without_an_end_is_read_no_further_than_the_limit(own_tenant, front):
    give_channel(own_tenant)

    with post(own_tenant, front, "Transfer-Encoding: chunked") as line:
        taken = pour(line, b"%x\r\n%s\r\n" % (50_000, b" " * 50_000))

    assert MAX_BODY_BYTES < taken < 4 * MAX_BODY_BYTES
    assert not InboxBody.objects.filter(tenant_id=own_tenant.pk).exists()


def post(tenant: Tenant, front: str, length: str) -> socket.socket:
    """A connection on which the head of a webhook has been sent."""
    host, port = front.removeprefix("http://").split(":")
    line = socket.create_connection((host, int(port)), timeout=10)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64_000)
    head = f"POST /c/{tenant.slug}/line/webhook/ HTTP/1.1\r\nHost: {host}\r\n{length}\r\n\r\n"
    line.sendall(head.encode())
    return line


def pour(line: socket.socket, portion: bytes) -> int:
    """Send until nobody takes it any more, or ten megabytes; the bytes sent."""
    taken = 0
    with suppress(OSError):
        while taken < TEN_MEGABYTES:
            line.sendall(portion)
            taken += len(portion)
    return taken


def get(front: str, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(front.removeprefix("http://"), timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read()
