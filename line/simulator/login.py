"""A LINE Login channel: whom it may know, and the codes and tokens it has given out.

Source: https://developers.line.biz/en/docs/line-login/integrate-line-login/
"""

import secrets
from collections import Counter
from dataclasses import dataclass, field, replace

CODE_LIVES = 10 * 60
ACCESS_TOKEN_LIVES = 30 * 86_400
REFRESH_TOKEN_LIVES = 90 * 86_400
SCOPES = {"profile", "openid", "email"}


@dataclass(frozen=True)
class Permission:
    """What somebody allowed in one sign-in. `amr` is how they proved who they are."""

    user_id: str
    scopes: tuple[str, ...]
    nonce: str = ""
    amr: str = "lineautologin"


@dataclass(frozen=True)
class Code:
    permission: Permission
    redirect_uri: str
    challenge: str
    good_until: float


@dataclass
class AccessToken:
    permission: Permission
    good_until: float
    is_revoked: bool = False


@dataclass(frozen=True)
class RefreshToken:
    permission: Permission
    good_until: float


@dataclass
class LoginChannel:
    """`channel_id` is a Messaging API channel of the same provider, whose people this one knows by the same
    ids; with `is_linked` it is also the linked LINE Official Account, which a sign-in can offer to add.
    """

    id: str
    secret: str
    channel_id: str
    name: str = ""
    redirect_uris: list[str] = field(default_factory=list)
    is_linked: bool = True
    is_certified: bool = False
    consents: dict[str, set[str]] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    access_tokens: dict[str, AccessToken] = field(default_factory=dict)
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict)
    liff_apps: dict[str, dict] = field(default_factory=dict)
    statuses: Counter = field(default_factory=Counter)

    def allows(self, redirect_uri: str) -> bool:
        """Whether an address is registered; a query of its own may follow."""
        return redirect_uri.isprintable() and any(
            redirect_uri == known or redirect_uri.startswith(f"{known}?") for known in self.redirect_uris
        )

    def has_consent(self, user_id: str, scopes: tuple[str, ...]) -> bool:
        return self.consents.get(user_id, set()).issuperset(scopes)

    def consent(self, user_id: str, scopes: tuple[str, ...]) -> None:
        self.consents.setdefault(user_id, set()).update(scopes)

    def forget(self, user_id: str) -> None:
        """Somebody is no longer a user of this channel: consent and tokens are void."""
        self.consents.pop(user_id, None)
        for token in self.access_tokens.values():
            token.is_revoked = token.is_revoked or token.permission.user_id == user_id
        self.refresh_tokens = {
            value: token
            for value, token in self.refresh_tokens.items()
            if token.permission.user_id != user_id
        }

    def new_code(self, permission: Permission, *, redirect_uri: str, challenge: str, now: float) -> str:
        code = secrets.token_urlsafe(15)
        self.codes[code] = Code(permission, redirect_uri, challenge, now + CODE_LIVES)
        return code

    def take_code(self, code: str, now: float) -> Code | None:
        """What a code stands for, once and within its ten minutes."""
        found = self.codes.pop(code, None)
        return found if found and now <= found.good_until else None

    def new_access_token(self, permission: Permission, now: float, lives: float = ACCESS_TOKEN_LIVES) -> str:
        value = f"eyJhbGciOiJIUzI1NiJ9.{secrets.token_urlsafe(48)}.{secrets.token_urlsafe(32)}"
        self.access_tokens[value] = AccessToken(permission, now + lives)
        return value

    def new_refresh_token(self, permission: Permission, now: float) -> str:
        value = secrets.token_urlsafe(15)
        self.refresh_tokens[value] = RefreshToken(replace(permission, nonce=""), now + REFRESH_TOKEN_LIVES)
        return value
