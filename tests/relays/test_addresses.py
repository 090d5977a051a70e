"""Where nothing is ever sent: private networks and whatever resolves to them, at the moment of connecting."""

import asyncio
import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from django_tenants.utils import schema_context

from relays import addresses, outside
from relays.errors import BadAddress
from tests.relays.tools import tool

PRIVATE_V4 = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1",  # noqa: S104
    "100.100.100.200", "100.127.255.254", "168.63.129.16", "169.254.0.1", "169.254.169.254",
    "169.254.170.2", "172.16.0.1", "172.31.255.254", "192.0.0.1", "192.0.0.192", "192.0.2.1",
    "192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.254", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
]  # fmt: skip
PRIVATE_V6 = [
    "::", "::1", "::127.0.0.1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1",
    "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::8.8.8.8", "64:ff9b:1::1",
    "100::1", "2001::1", "2001:0:7f00:1::", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1",
    "2002:7f00:1::", "2002:a00:1::1", "2620:4f:8000::1", "3fff::1", "5f00::1", "fc00::1",
    "fd00:ec2::254", "fd12:3456:789a::1", "fe80::1", "fec0::1", "ff02::1", "ff0e::1",
]  # fmt: skip
SPELLINGS = [
    "2130706433", "017700000001", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1", "127.0.1", "0",
    "0x7f.1", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "169.254.43518", "10.1", "0x0a000001",
    "127.0.0.1.", "1.2.3.4.5", "256.256.256.256", "999999999999",
]  # fmt: skip
NAMES = [
    "localhost", "LOCALHOST", "localhost.", "foo.localhost", "localhost.localdomain", "printer.local",
    "metadata.google.internal", "metadata.google.internal.", "instance-data", "metadata", "db",
    "vault.service.internal", "intranet", "wiki.corp", "nas.home", "router.lan", "1.0.0.127.in-addr.arpa",
    "hidden.onion", "kubernetes.default.svc.cluster.local",
]  # fmt: skip
URLS = [
    "", " ", "hook", "//tool.jp/", "ftp://tool.jp/", "file:///etc/passwd", "gopher://tool.jp/",
    "http://tool.jp/hook", "javascript:alert(1)", "https://", "https:///path", "https://tool.jp:80/",
    "https://tool.jp:8443/", "https://tool.jp:0/", "https://tool.jp:99999/", "https://tool.jp:port/",
    "https://user@tool.jp/", "https://user:pass@tool.jp/", "https://tool.jp@127.0.0.1/", "https://@tool.jp/",
    "https://tool.jp#@127.0.0.1/", "https://tool.jp/#part", "https://tool.jp\\@127.0.0.1/",
    "https://127.0.0.1\\.tool.jp/", "https://tool.jp/\r\nHost: a", "https://tool.jp/a\tb",
    "https://to ol.jp/",
    "https://ツール.jp/", "https://tool。jp/", "https://①②⑦.⓪.⓪.①/", "https://[fe80::1%25eth0]/",
    "https://[::1%lo]/", "https://[::1/", "https://::1/", "https://[v1.fe80]/", "https://tool..jp/",
    "https://-tool.jp/", "https://tool.jp/" + "a" * 500, "https://" + "a" * 64 + ".jp/", "https://%31%32%37.1/",
]  # fmt: skip
CORPUS = [
    *(f"https://{address}/" for address in PRIVATE_V4),
    *(f"https://[{address}]/hook" for address in PRIVATE_V6),
    *(f"https://{spelling}/" for spelling in SPELLINGS),
    *(f"https://{name}/hook" for name in NAMES),
    *URLS,
]


class Resolver(AbstractResolver):
    """A name server that answers with these addresses, one after the other."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        address = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [
            {"hostname": host, "host": address, "port": port, "family": family, "proto": 0, "flags": 0},
        ]

    async def close(self) -> None:
        pass


def send(url: str, *addresses: str, times: int = 1) -> list[outside.Answer]:
    """What becomes of posting there while names mean these addresses."""

    async def session() -> list[outside.Answer]:
        loop = asyncio.get_running_loop()
        outside._sessions[loop] = outside.open_session(Resolver(*addresses))
        try:
            return [await outside.post(url, b"{}", {}) for _ in range(times)]
        finally:
            await outside._close()

    return asyncio.run(session())


def test_the_corpus_is_large_enough():
    assert len(set(CORPUS)) >= 80


@pytest.mark.parametrize("url", CORPUS)
def test_a_private_or_ambiguous_address_is_refused(tenant, url):
    with pytest.raises(BadAddress):
        addresses.clean(url)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://tool.jp", "https://tool.jp/"),
        (" https://Hooks.Tool.JP:443/line?a=1&b=%20 ", "https://hooks.tool.jp/line?a=1&b=%20"),
        ("HTTPS://xn--tckwe.jp/x", "https://xn--tckwe.jp/x"),
        ("https://tool.jp./x", "https://tool.jp/x"),
        ("https://8.8.8.8/x", "https://8.8.8.8/x"),
        ("https://[2606:4700::1111]/x", "https://[2606:4700::1111]/x"),
    ],
)
def test_a_public_address_is_kept(tenant, url, kept):
    assert addresses.clean(url) == kept


@pytest.mark.parametrize(
    "url", ["https://musubi.example.jp/c/shop/line/webhook/", "https://other.example.jp/", "https://shop.jp/"]
)
def test_an_address_of_ours_is_refused(tenant, settings, url):
    settings.BASE_URL = "https://musubi.example.jp"
    settings.HOSTS = ["musubi.example.jp", "other.example.jp"]
    with schema_context("public"):
        tenant.domains.create(domain="shop.jp", is_primary=True)

    with pytest.raises(BadAddress, match="bad_address") as refusal:
        addresses.clean(url)

    assert "in circles" in refusal.value.message


@pytest.mark.parametrize("address", [*PRIVATE_V4, *PRIVATE_V6])
def test_a_name_that_means_a_private_address_is_refused_at_the_connection(address):
    [answer] = send("https://tool.jp/hook", address)

    assert answer.problem in {outside.REFUSED, outside.NO_CONNECTION}
    assert answer.status is None


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "169.254.169.254", "::ffff:127.0.0.1"])
def test_the_refusal_is_ours_and_not_the_networks(address):
    [answer] = send("https://tool.jp/hook", address)

    assert answer.problem == outside.REFUSED


def test_a_name_that_changes_its_mind_is_judged_at_every_connection(monkeypatch):
    with tool() as running:
        allowed = {"127.0.0.1"}
        monkeypatch.setattr(addresses, "is_allowed", lambda address: address in allowed)
        url = running.url.replace("127.0.0.1", "tool.jp")
        first = send(url, "127.0.0.1", "127.0.0.2", times=1)
        later = send(url, "127.0.0.2", times=3)

    assert [answer.status for answer in first] == [200]
    assert {answer.problem for answer in later} == {outside.REFUSED}
    assert len(running.got) == 1


def test_an_address_entered_before_it_was_forbidden_is_refused_when_it_is_used():
    [answer] = send("http://127.0.0.1:9/", "127.0.0.1")

    assert answer.problem == outside.REFUSED
