"""A million friends: brought in from a file, searched on the page, and written out again.

Django's models are imported inside functions: they can be only once the servers are known.
"""

import csv
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from statistics import quantiles

import django

from config import embedded

FRIENDS = 1_000_000
NAMES = """
佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤
吉田 山田 佐々木 山口 松本 井上 木村 林 清水 斎藤
葵 蓮 陽菜 湊 結衣 大翔 さくら 悠真 美咲 樹 ひなた 陽翔
凛 颯太 心春 律 芽依 奏太 杏 蒼 Aoi Ren Mio Yuki
"""
SURNAMES, GIVEN = NAMES.split()[:20], NAMES.split()[20:]
PREFECTURES = ["東京都", "大阪府", "愛知県", "福岡県", "北海道"]
COLUMNS = ["line_user_id", "display_name", "tags", "birthday", "prefecture"]
# What is asked of the list, in turn: as it is, and by parts of names that many, few and none have.
ASKED = [
    "",
    "q=田中",
    "q=田",
    "q=aoi",
    "q=まつもと",
    "q=鈴木 さくら_77",
    "q=99999",
    "q=誰もいない",
    "status=friend",
    "status=blocked",
    "tag={tag}",
    "tag={tag}&q=芽依",
    "linked=no",
    "since=2099-01-01",
    "field={prefecture}&value=福岡県",
    "field={birthday}&value=1990-04-01",
    "before=500000",
]
ROUNDS = 6
FLOOR_IN = "CREATE TEMP TABLE bare (id text, name text, tags text, birthday text, prefecture text)"
COPY_BARE = "COPY pg_temp.bare FROM STDIN (FORMAT csv, HEADER)"
FLOOR_OUT = "COPY (SELECT line_user_id, display_name FROM friends_friend) TO STDOUT (FORMAT csv)"


def run() -> list[dict]:
    """Starts servers of its own unless the environment names some, and so wants a process of its own."""
    with tempfile.TemporaryDirectory() as data, embedded.environment(Path(data)) as env:
        os.environ |= env
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "MEDIA_ROOT": f"{data}/media"}
        django.setup()
        return _in_a_new_client(Path(data))


def _in_a_new_client(data: Path) -> list[dict]:
    from django.core.management import call_command
    from django_tenants.utils import tenant_context

    from accounts import services
    from friends import fields

    call_command("migrate", verbosity=0)
    agency = services.create_agency(name="Benchmark of friends", slug="bench-friends")
    tenant = services.create_client(agency, slug="bench-friends", name="Benchmark")
    user = services.invite("bench@example.com", agency=agency, tenant=tenant, role="account_manager")
    with tenant_context(tenant):
        fields.create_field("Birthday", "date", key="birthday")
        fields.create_field("Prefecture", "prefecture", key="prefecture")
    file = _write_file(data / "friends.csv")
    with tenant_context(tenant):
        return [*_import(file), *_pages(tenant, user), *_export(tenant)]


def _write_file(place: Path) -> Path:
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(_row(number) for number in range(FRIENDS))
    return place


def _row(number: int) -> list[str]:
    """Every fifth has a name of their own, as people do who call themselves something."""
    digest = sha256(b"%d" % number).hexdigest()
    mixed = int(digest[-8:], 16)
    name = f"{SURNAMES[mixed % 20]} {GIVEN[mixed // 20 % 24]}{f'_{number}' if mixed % 5 == 0 else ''}"
    birthday = f"{1950 + mixed % 60}-{1 + mixed % 12:02}-{1 + mixed % 28:02}"
    tags = f"shop {mixed % 20}|{'VIP' if mixed % 50 == 0 else 'regular'}"
    return [f"U{digest[:32]}", name, tags, birthday, PREFECTURES[mixed % 5]]


def _import(file: Path) -> list[dict]:
    from django.db import connection

    from friends.imports import import_friends

    began = time.perf_counter()
    with file.open("rb") as rows:
        report = import_friends(rows)
    ours = time.perf_counter() - began
    if (report.created, report.valued, report.refused) != (FRIENDS, 2 * FRIENDS, 0):
        raise AssertionError(f"imported {report.as_dict()}")
    with connection.cursor() as cursor:
        cursor.execute(FLOOR_IN)
        began = time.perf_counter()
        with cursor.copy(COPY_BARE) as copy, file.open("rb") as rows:
            while block := rows.read(1 << 20):
                copy.write(block)
        floor = time.perf_counter() - began
        cursor.execute("DROP TABLE pg_temp.bare")
        cursor.execute("RESET ROLE")
        cursor.execute("ANALYZE")
    note = "two tags and two fields each; floor: COPY of the file into one table without an index"
    return [_figure("import of 1,000,000 friends", ours, floor, "s", note)]


def _pages(tenant, user) -> list[dict]:
    """Every list asked for in turn, through Django's whole stack, in this process."""
    from django.test import Client

    from friends.models import FriendField, Tag

    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(user)
    known = {field.key: field.pk for field in FriendField.objects.all()}
    known["tag"] = Tag.objects.get(name="VIP").pk
    addresses = [f"/c/{tenant.slug}/friends/?{asked.format(**known)}" for asked in ASKED]
    times: dict[str, list[float]] = {address: [] for address in addresses}
    for address in addresses * (ROUNDS + 1):
        times[address].append(_milliseconds(lambda address=address: _read(browser, address, tenant)))
    measured = {address: each[1:] for address, each in times.items()}
    flat = [milliseconds for each in measured.values() for milliseconds in each]
    slowest = max(measured, key=lambda address: max(measured[address]))
    floor = _milliseconds(lambda: _read(browser, f"/c/{tenant.slug}/friends/fields/", tenant))
    slowest = slowest.partition("?")[2] or "of all"
    note = f"{len(ASKED)} searches; slowest {slowest}; floor: a page without friends"
    return [_figure("list of 1,000,000 friends, p95", quantiles(flat, n=20)[-1], floor, "ms", note)]


def _read(browser, address: str, tenant) -> None:
    from django_tenants.utils import tenant_context

    with tenant_context(tenant):
        response = browser.get(address)
    if response.status_code != 200:
        raise AssertionError(f"{address}: {response.status_code}")


def _export(tenant) -> list[dict]:
    from django.db import connection

    from friends import exports
    from friends.models import Friend, FriendField

    Path("/proc/self/clear_refs").write_text("5")  # forget the highest memory so far
    export = exports.begin(
        Friend.objects.all(),
        columns=list(exports.COLUMNS),
        fields=list(FriendField.objects.all()),
        encoding=exports.SHIFT_JIS,
    )
    ours = _seconds(lambda: _drain(iter(export)))
    if export.rows != FRIENDS:
        raise AssertionError(f"exported {export.rows}")
    memory = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text()).group(1)) / 1024
    with connection.cursor() as cursor, cursor.copy(FLOOR_OUT) as copy:
        floor = _seconds(lambda: _drain(copy))
    note = "with tags and two fields, in Shift_JIS; floor: COPY of two columns"
    return [
        _figure("export of 1,000,000 friends", ours, floor, "s", note),
        _figure("export of 1,000,000 friends, memory", memory, None, "MB", "the process that streams it"),
    ]


def _drain(blocks: Iterator) -> None:
    for _block in blocks:
        pass


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _milliseconds(work: Callable[[], None]) -> float:
    return 1000 * _seconds(work)


def _figure(name: str, ours: float, floor: float | None, unit: str, note: str) -> dict:
    return {
        "name": name,
        "ours": round(ours, 2),
        "floor": floor and round(floor, 2),
        "ratio": floor and round(ours / floor, 4),
        "unit": unit,
        "note": note,
    }


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2, ensure_ascii=False)
