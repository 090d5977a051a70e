"""What the acts of the demo share: the parts that run, the clients, and ways to look at them."""

import json
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection
from django_tenants.utils import tenant_context

from accounts.models import Tenant, User
from config.stack import Stack
from demo import cast
from demo.account import Account
from demo.receiver import Receiver
from demo.visitor import Visitor
from friends.models import Friend
from line.simulator.control import Simulator


@dataclass
class Scene:
    """The demo's state from act to act. `phones` are people whose telephones are worth looking at."""

    installation: Stack
    line: Simulator
    account: Account
    receiver: Receiver
    tenants: dict[str, Tenant] = field(default_factory=dict)
    key: str = ""
    phones: list[str] = field(default_factory=list)

    @property
    def main(self) -> Tenant:
        """The client whose days we follow."""
        return self.tenants[cast.COSMETICS.slug]

    @property
    def channel_id(self) -> str:
        """Of that client."""
        return cast.COSMETICS.channel_id

    def page(self, path: str) -> str:
        """The address of one of that client's pages."""
        return f"{self.installation.url}/c/{cast.COSMETICS.slug}/{path}"

    def user(self, who: str) -> User:
        """One of that client's people."""
        return User.objects.get(email=cast.COSMETICS.mail(who))

    def signed_in(self, who: str) -> Visitor:
        """One of that client's people at a browser. Raises RuntimeError if they are not let in."""
        visitor = Visitor()
        if not visitor.sign_in(self.installation.url, cast.COSMETICS.mail(who), cast.PASSWORD):
            raise RuntimeError(f"{cast.COSMETICS.mail(who)} cannot sign in")
        return visitor

    def api(self, method: str, path: str, **body: object) -> dict:
        request = urllib.request.Request(  # noqa: S310  (our own address)
            self.page(f"api/v1/{path}"),
            method=method,
            data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return json.loads(answer.read() or b"{}")

    def approve(self, broadcast: int) -> None:
        """Have the client's approver let it go, on the page."""
        self.api("POST", f"broadcasts/{broadcast}/submission/")
        approver, page = self.signed_in("approver"), self.page(f"broadcasts/{broadcast}/review/")
        approver.get(page)
        approver.post(page, verdict="approve", comment="この内容でお願いします")

    def until(self, is_so: Callable[[], object], seconds: float) -> bool:
        """Wait for something; False if it is not so in time."""
        end = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() >= end:
                return False
            time.sleep(0.1)
        return True

    def has_received(self, friend: Friend, words: str, seconds: float = 15) -> bool:
        """Whether a text with these words comes to a friend's phone, in the main client's account."""

        def texts() -> str:
            return "".join(self.line.texts(self.channel_id, friend.line_user_id))

        return self.until(lambda: words in texts(), seconds)

    def billed(self) -> int:
        """Messages that LINE has charged the main client for."""
        return self.line.requests(self.channel_id)["billed"]

    def show_phone(self, friend: Friend) -> None:
        self.phones.append(f"{self.channel_id}/{friend.line_user_id}")

    def sum(self, count: Callable[[], int]) -> int:
        """Over all clients."""
        found = 0
        for tenant in self.tenants.values():
            with tenant_context(tenant):
                found += count()
        connection.set_schema_to_public()
        return found
