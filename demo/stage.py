"""Setting the stage: the agency, its clients with their LINE channels, and the people who add them."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts import board
from accounts import services as accounts
from accounts.models import Agency, Membership, Tenant
from billing import services as billing
from channels import checklist
from channels import services as channels
from channels.login import Login
from channels.models import DAY_COUNTS, Channel
from channels.services import Facts
from demo import cast
from demo.cast import Client
from demo.scene import Scene
from friends import insight
from friends.models import Friend
from line.simulator.control import Simulator
from linking import login
from routes import signing_in

Role = Membership.Role
Departure = tuple[list[str], datetime]  # people who block the account, and when
YEAR = timedelta(days=365)
GROUPS = 156  # three a week
SHARE_LEAVING = 1 / 12
# After what time those who block the account again do so, about; and how many of them.
LEAVING, WEIGHTS = (timedelta(hours=9), timedelta(days=4), timedelta(days=19)), (3, 4, 3)


def set_the_stage(scene: Scene) -> None:
    with scene.account.step("An agency with three clients, each with a LINE channel of its own"):
        agency = make_agency()
        for client in cast.CLIENTS:
            scene.tenants[client.slug] = make_client(agency, client, scene.line)
            scene.account.tell(
                f"{client.name}: /c/{client.slug}/, channel {client.channel_id} connected and tested, "
                f"with LINE Login {client.login_channel_id}"
            )
        _, scene.key = accounts.create_api_key(scene.main, name="Demo", scopes=["*"])


def people_add_the_accounts(scene: Scene) -> None:
    total = sum(client.friends for client in cast.CLIENTS)
    with scene.account.step(f"{total:,} people add the accounts; signed webhooks arrive and become friends"):
        with ThreadPoolExecutor(len(cast.CLIENTS)) as pool:
            departures = list(pool.map(lambda client: add_friends(client, scene.line), cast.CLIENTS))
        scene.account.wait(lambda: scene.sum(_named().count), total, "friends with their profile")
        found = scene.sum(_named().count)
        scene.account.check(found == total, f"{found:,} friends, each by name from their profile")
        with ThreadPoolExecutor(len(cast.CLIENTS)) as pool:
            list(pool.map(lambda client, left: let_go(client, scene.line, left), cast.CLIENTS, departures))
        left = sum(len(people) for each in departures for people, _ in each)
        scene.account.wait(lambda: _blocked(scene), left, "blocks")
        scene.account.check(_blocked(scene) == left, f"{left:,} of them have blocked the account since")


def make_agency() -> Agency:
    slug, name = cast.AGENCY
    agency = accounts.create_agency(name=name, slug=slug)
    roles = {"owner": Role.OWNER, "manager": Role.ACCOUNT_MANAGER}
    for who, role in roles.items():
        own_name = cast.AGENCY_PEOPLE[who]
        accounts.invite(
            f"{who}@{slug}.example", agency=agency, role=role, name=own_name, password=cast.PASSWORD
        )
    return agency


def make_client(agency: Agency, client: Client, line: Simulator) -> Tenant:
    """The client, its channel connected as an operator would, its people who sign in, its LINE plan."""
    tenant = accounts.create_client(agency, slug=client.slug, name=client.name)
    Tenant.objects.filter(pk=tenant.pk).update(color=client.color)
    with tenant_context(tenant):
        # A year goes by in seconds: LINE's counts are asked for when it is over.
        for kind in (insight.KIND, DAY_COUNTS):
            board.call(kind, timezone.now() + timedelta(days=1))
    _connect(tenant, client, line)
    cap = 50_000 if client.plan == "standard" else None
    billing.subscribe(tenant.pk, plan=client.plan, since=(timezone.now() - YEAR).date(), additional_limit=cap)
    for role in (Role.APPROVER, Role.MARKETER):
        own_name = cast.CLIENT_PEOPLE[role]
        accounts.invite(
            client.mail(role), agency=agency, tenant=tenant, role=role, name=own_name, password=cast.PASSWORD
        )
    return tenant


def add_friends(client: Client, line: Simulator) -> list[Departure]:
    """People add the account, spread over the past year. Who of them will block it, and when."""
    chance = random.Random(client.slug)
    departures: list[Departure] = []
    people = line.add_people(client.channel_id, cast.names(client.friends, seed=client.friends))
    for place, group in enumerate(_shared_out(people, GROUPS)):
        added = timezone.now() - YEAR + YEAR / GROUPS * (place + chance.random() / 2)
        line.follow(client.channel_id, group, at=added)
        departures += _leaving(group, added, chance)
    return departures


def let_go(client: Client, line: Simulator, departures: list[Departure]) -> None:
    for people, at in departures:
        line.unfollow(client.channel_id, people, at=at)


def _leaving(group: list[str], added: datetime, chance: random.Random) -> Iterator[Departure]:
    """Who of a group blocks the account again, and when, as far as that is past."""
    left = [person for person in group if chance.random() < SHARE_LEAVING]
    waves = chance.choices(range(len(LEAVING)), WEIGHTS, k=len(left))
    for wave, after in enumerate(LEAVING):
        together = [person for person, own in zip(left, waves, strict=True) if own == wave]
        at = added + after * chance.uniform(0.5, 1.5)
        if together and at < timezone.now():
            yield together, at


def _shared_out(people: list[str], parts: int) -> Iterator[list[str]]:
    for part in range(parts):
        if group := people[part::parts]:
            yield group


def _connect(tenant: Tenant, client: Client, line: Simulator) -> None:
    line.add_channel(
        client.channel_id,
        client.secret,
        name=client.name,
        basic_id=f"@{client.slug}",
        verified=True,
        redelivery=True,
    )
    _add_friends_of_before(client, line)
    with tenant_context(tenant):
        line.add_login_channel(
            client.login_channel_id,
            client.login_secret,
            channel_id=client.channel_id,
            name=client.name,
            redirect_uris=[signing_in.redirect_uri(), login.redirect_uri()],
        )
        liff_id = line.add_liff_app(client.login_channel_id, signing_in.liff_endpoint(), bot_prompt="normal")
    channel = channels.connect_channel(
        tenant,
        channel_id=client.channel_id,
        channel_secret=client.secret,
        facts=Facts(Channel.AccountType.VERIFIED, client.provider_id, client.name),
        login=Login(client.login_channel_id, client.login_secret, liff_id),
    )
    for step in checklist.BY_HAND:
        channels.tick_off(channel, step, is_done=True)


def _add_friends_of_before(client: Client, line: Simulator) -> None:
    """There is no webhook yet that could tell us of them."""
    if client.friends_before:
        names = cast.names(client.friends_before, seed=client.friends_before)
        people = line.add_people(client.channel_id, names)
        line.follow(client.channel_id, people, at=timezone.now() - YEAR * 2)


def _named() -> QuerySet[Friend]:
    return Friend.objects.exclude(display_name="")


def _blocked(scene: Scene) -> int:
    return scene.sum(Friend.objects.filter(status=Friend.Status.BLOCKED).count)
