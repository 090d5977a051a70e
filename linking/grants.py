"""Taking back what a friend allowed us through LINE Login, by the tokens that were kept for it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts import current, secrets
from channels.login import login_client_for
from channels.models import Channel
from line.errors import Rejected, Unauthorized
from line.login import LoginClient
from linking.models import LoginGrant, access_token_place, refresh_token_place

PATIENCE = 20.0  # seconds for a refresh and what follows it


@dataclass(frozen=True, repr=False)
class Held:
    """Tokens that may still work: the access token while it lives, otherwise one from the refresh token."""

    client: LoginClient
    access_token: str
    refresh_token: str

    async def take_back(self) -> None:
        """Deauthorize. Raises LineError; Rejected if LINE takes neither token any more."""
        async with asyncio.timeout(PATIENCE):
            if self.access_token and await self._is_taken(self.access_token):
                return
            fresh = await self.client.refresh_tokens(self.refresh_token)
            await self.client.deauthorize(fresh.access_token)

    async def _is_taken(self, access_token: str) -> bool:
        """False where LINE refuses this token, and another can be had."""
        try:
            await self.client.deauthorize(access_token)
        except Unauthorized:
            raise
        except Rejected:
            if not self.refresh_token:
                raise
            return False
        return True


def held(channel: Channel, friend_id: int) -> Held | None:
    """What was kept of this friend's sign-in, if any of it still works and the Login channel is there."""
    grant = LoginGrant.objects.filter(friend=friend_id).first()
    client = login_client_for(channel)
    if grant is None or client is None:
        return None
    access = _opened(access_token_place(friend_id), grant.sealed_access_token, grant.access_until)
    refresh = _opened(refresh_token_place(friend_id), grant.sealed_refresh_token, grant.refresh_until)
    return Held(client, access, refresh) if access or refresh else None


def _opened(place: str, sealed: bytes | memoryview | None, until: datetime | None) -> str:
    """The token; "" if there is none or its time is over."""
    if not sealed or (until and until <= timezone.now()):
        return ""
    return secrets.unseal(current.tenant().pk, place, bytes(sealed))


def forget(friend_id: int) -> None:
    LoginGrant.objects.filter(friend=friend_id).delete()
