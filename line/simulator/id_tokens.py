"""ID tokens: who signed in, as a signed statement.

Web login signs with the channel secret (HS256), LIFF with LINE's own key (ES256).
Source: https://developers.line.biz/en/docs/line-login/verify-id-token/
"""

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from line.simulator.channels import Person
from line.simulator.login import LoginChannel, Permission

if TYPE_CHECKING:
    from jwt.types import Options

ISSUER = "https://access.line.me"
LIVES = 60 * 60
_UNCHECKED: "Options" = {
    "verify_exp": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_nbf": False,
    "verify_sub": False,
    "verify_jti": False,
}


class BadIdToken(Exception):
    """LINE's words for what is wrong with an ID token."""


def make(
    login: LoginChannel, permission: Permission, person: Person, now: float, signing_key: str = ""
) -> str:
    """HS256 with the channel secret, or ES256 with `signing_key`, a PEM."""
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "sub": person.user_id,
        "aud": login.id,
        "exp": int(now) + LIVES,
        "iat": int(now),
        **({"nonce": permission.nonce} if permission.nonce else {}),
        "amr": [permission.amr],
        **({"name": person.name} if "profile" in permission.scopes else {}),
    }
    if not signing_key:
        return jwt.encode(claims, login.secret, algorithm="HS256")
    return jwt.encode(claims, signing_key, algorithm="ES256", headers={"kid": key_set(signing_key)["kid"]})


def read(id_token: str, login: LoginChannel, now: float, signing_key: str) -> dict:
    """The claims. Raises BadIdToken with LINE's `error_description`."""
    claims = _decode(id_token, login, signing_key)
    if claims.get("iss") != ISSUER:
        raise BadIdToken("Invalid IdToken Issuer.")
    if not isinstance(claims.get("exp"), int) or claims["exp"] < now:
        raise BadIdToken("IdToken expired.")
    if claims.get("aud") != login.id:
        raise BadIdToken("Invalid IdToken Audience.")
    return claims


def _decode(id_token: str, login: LoginChannel, signing_key: str) -> dict:
    """Each kind of token by its own algorithm and key. Times are for the simulator's clock to judge."""
    try:
        algorithm = jwt.get_unverified_header(id_token).get("alg")
        if algorithm == "ES256":
            return jwt.decode(id_token, _public_key(signing_key), algorithms=["ES256"], options=_UNCHECKED)
        return jwt.decode(id_token, login.secret, algorithms=["HS256"], options=_UNCHECKED)
    except jwt.PyJWTError as error:
        raise BadIdToken("Invalid IdToken.") from error


def new_signing_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(pem, pkcs8, serialization.NoEncryption()).decode()


@cache
def key_set(signing_key: str) -> dict:
    """The public half as a JSON Web Key."""
    key = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(_public_key(signing_key)))
    return key | {"kid": key["x"][:16], "use": "sig", "alg": "ES256"}


@cache
def _public_key(signing_key: str) -> ec.EllipticCurvePublicKey:
    private = serialization.load_pem_private_key(signing_key.encode(), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)  # noqa: S101 - made by new_signing_key
    return private.public_key()
