"""What is known of friends: own fields, a file from the till, LINE's list, LINE's estimates."""

import csv
import io
import random
from datetime import timedelta

from django.utils import timezone
from django_tenants.utils import tenant_context

from demo import cast
from demo.cast import Client
from demo.scene import Scene
from friends import columns, fields, imports, insight, listing
from friends.models import (
    AudienceDay,
    Demographics,
    FieldValue,
    FollowerListing,
    Friend,
    FriendField,
    FriendImport,
)

Type = FriendField.Type
MONTHS = [f"{month}月" for month in range(1, 13)]
LIKED = ["店頭", "オンライン", "電話", "はがき"]
FIELDS = [
    ("birth_month", "誕生月", Type.CHOICE, MONTHS),
    ("member_rank", "会員ランク", Type.CHOICE, cast.RANKS),
    ("prefecture", "都道府県", Type.PREFECTURE, []),
    ("member_since", "入会日", Type.DATE, []),
    ("visit_count", "来店回数", Type.NUMBER, []),
    ("contact_by", "希望の連絡方法", Type.CHOICES, LIKED),
    ("newsletter", "メールマガジン", Type.YES_NO, []),
]
SHARE_KNOWN = 0.6  # of friends, to the till
# What people at the till mistype. The last is somebody who stands in the file twice.
FAULTS = [
    {"LINEユーザーID": "U123"},
    {"LINEユーザーID": ""},
    {"会員ランク": "プラチナ"},
    {"入会日": "2026/02/30"},
    {},
]


def know_them_better(scene: Scene) -> None:
    with scene.account.step(
        "What is known of friends: fields, a file from the till, LINE's list and estimates"
    ):
        for client in cast.CLIENTS:
            with tenant_context(scene.tenants[client.slug]):
                _make_fields()
        _read_the_list(scene, cast.APPAREL)
        for client in cast.CLIENTS:
            _import_file(scene, client)
        _fetch_estimates(scene)


def _make_fields() -> None:
    for key, name, type_, choices in FIELDS:
        fields.create_field(name, type_, key=key, choices=choices)


def _read_the_list(scene: Scene, client: Client) -> None:
    """Who added the account before it was connected is known to LINE alone."""
    with tenant_context(scene.tenants[client.slug]):
        begun = listing.begin()
        scene.until(lambda: _listing(begun.pk).state == FollowerListing.State.DONE, 30)
        ended = _listing(begun.pk)
    scene.account.check(
        ended.state == FollowerListing.State.DONE and ended.created == client.friends_before,
        f"{client.name}: LINE's list of {ended.people:,} followers read in {ended.pages} pages, "
        f"{ended.created:,} of them from before it was connected",
    )


def _import_file(scene: Scene, client: Client) -> None:
    with tenant_context(scene.tenants[client.slug]):
        run = imports.upload(io.BytesIO(_file(client)), name="会員名簿.csv")
        imports.begin(run, columns.guess(imports.look(run).header))
        scene.until(lambda: _run(run.pk).state == FriendImport.State.CHECKED, 30)
        imports.confirm(run)
        scene.until(lambda: _run(run.pk).state == FriendImport.State.DONE, 30)
        done, friends = _run(run.pk), FieldValue.objects.values("friend").distinct().count()
    scene.account.check(
        done.state == FriendImport.State.DONE and done.refused == len(FAULTS) and friends == done.good,
        f"{client.name}: {done.good:,} rows of {done.name} ({done.encoding}) taken in, "
        f"{done.valued:,} values; {done.refused} rows refused, with their reasons",
    )


def _file(client: Client) -> bytes:
    """As the till writes it: Shift_JIS, a few rows wrong."""
    chance = random.Random(client.slug)
    friends = list(Friend.objects.reachable().order_by("pk").values_list("line_user_id", flat=True))
    known = chance.sample(friends, int(len(friends) * SHARE_KNOWN))
    good = [_row(user_id, chance) for user_id in known]
    bad = [good[0] | fault for fault in FAULTS]
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(good[0]))
    writer.writeheader()
    writer.writerows(good + bad)
    return file.getvalue().encode("cp932")


def _row(line_user_id: str, chance: random.Random) -> dict[str, object]:
    since = timezone.now() - timedelta(days=chance.randrange(30, 2_000))
    return {
        "LINEユーザーID": line_user_id,
        "誕生月": chance.choice(MONTHS),
        "会員ランク": chance.choices(cast.RANKS, [1, 3, 6])[0],
        "都道府県": chance.choice(cast.PREFECTURES),
        "入会日": f"{since:%Y/%m/%d}",
        "来店回数": chance.randrange(1, 40),
        "希望の連絡方法": "|".join(chance.sample(LIKED, chance.randrange(1, 3))),
        "メールマガジン": chance.choice(["はい", "いいえ"]),
    }


def _fetch_estimates(scene: Scene) -> None:
    for tenant in scene.tenants.values():
        with tenant_context(tenant):
            insight.ask()
    accounts, expected = len(scene.tenants), insight.DAYS_BACK * len(scene.tenants)
    scene.until(lambda: scene.sum(AudienceDay.objects.count) == expected, 30)
    days = scene.sum(AudienceDay.objects.count)
    estimated = scene.sum(Demographics.objects.filter(is_available=True).count)
    scene.account.check(
        (estimated, days) == (accounts, expected),
        f"LINE's estimates of sex, age, area for {estimated} accounts, its counts of {days} days",
    )


def _listing(pk: int) -> FollowerListing:
    return FollowerListing.objects.get(pk=pk)


def _run(pk: int) -> FriendImport:
    return FriendImport.objects.get(pk=pk)
