"""How often each endpoint may be called, per channel.

GET and POST of one path count apart; parameters and bodies do not.
Source: https://developers.line.biz/en/reference/messaging-api/#rate-limits (2026-07-31: a token bucket)
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """`count` calls in `seconds`, refilled continuously. LINE does not publish how much may be saved up."""

    count: int
    seconds: int

    @property
    def per_second(self) -> float:
        return self.count / self.seconds

    @property
    def pause(self) -> float:
        """Seconds worth waiting after a 429: time for one call, at least a second."""
        return max(1.0, 1 / self.per_second)


_EVERYTHING_ELSE = Rate(2_000, 1)
_RATES = [
    (r"POST /v2/bot/message/multicast", Rate(200, 1)),
    (r"POST /v2/bot/message/(narrowcast|broadcast)", Rate(60, 3600)),
    (r"GET /v2/bot/insight/.*", Rate(60, 3600)),
    (r"POST /v2/bot/channel/webhook/test", Rate(60, 3600)),
    (r"(GET|PUT) /v2/bot/channel/webhook/endpoint", Rate(1_000, 60)),
    (r"\w+ /v2/bot/audienceGroup/.*", Rate(60, 60)),
    (r"POST /v2/bot/richmenu/batch", Rate(3, 3600)),
    (r"GET /v2/bot/richmenu/progress/batch", Rate(100, 3600)),
    (r"POST /v2/bot/richmenu|DELETE /v2/bot/richmenu/(alias/)?[^/]+", Rate(100, 3600)),
    (r"GET /v2/bot/richmenu/list", Rate(10, 1)),
    (r"POST /v2/bot/chat/loading/start", Rate(100, 1)),
    (r"\w+ /v2/bot/(coupon|membership)(/.*)?", Rate(200, 1)),
    (r"POST /v2/oauth/accessToken", Rate(370, 1)),
]


def of(path: str, method: str = "POST") -> Rate:
    """The limit of the endpoint at `path`."""
    call = f"{method} {path}"
    return next((rate for pattern, rate in _RATES if re.fullmatch(pattern, call)), _EVERYTHING_ELSE)
