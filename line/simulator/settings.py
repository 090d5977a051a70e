"""How an account is set up, and how LINE is to behave towards it."""

from dataclasses import dataclass


@dataclass
class Settings:
    """What the console and the account manager of LINE would let one set, and two liberties for tests.

    `open_friends`: every well-formed user id is a friend. `unknown_ids`: LINE's page on multicast contradicts
    itself on ids that the channel does not know; "drop" skips them, "reject" refuses the request.
    `…_seconds`: how long LINE takes over what it does in the background. `next_narrowcast_error`: the error
    code with which the next narrowcast fails. `pushes_a_minute`: to one person, before it is too many.
    `longest_page`: of follower ids, though more were asked for. `hides_small_counts`: of messages on a day.
    `counting_seconds`: after midnight, until a day's messages and friends are counted.
    `redelivery_after`: seconds to wait before each new try, where `redelivery` is on. `gives_up_after`:
    seconds of failing after which webhooks are sent no more. `tokens_refused`: even fresh ones. `suspended`:
    how LINE answers then is not documented; here it is with 403. `content_…`: how long it takes until what
    people send can be fetched (None: for ever), how long it is kept, and the status from then on.
    """

    name: str = "LINE Official Account"
    basic_id: str = ""
    webhook_url: str | None = None
    webhook_active: bool = True
    redelivery: bool = False
    verified: bool = False
    quota: int | None = None
    unknown_ids: str = "drop"
    open_friends: bool = False
    rate_limits: bool = True
    premium_id: str = ""
    picture_url: str = ""
    chat_mode: str = "bot"
    mark_as_read_mode: str = "auto"
    narrowcast_waiting_seconds: float = 1.0
    narrowcast_sending_seconds: float = 1.0
    next_narrowcast_error: int | None = None
    audience_queued_seconds: float = 0.5
    audience_working_seconds: float = 0.5
    rich_menu_seconds: float = 0.5
    pushes_a_minute: int | None = None
    longest_page: int | None = None
    hides_small_counts: bool = False
    counting_seconds: float = 0.0
    redelivery_after: tuple[float, ...] = (1, 5, 30)
    gives_up_after: float | None = None
    tokens_refused: bool = False
    suspended: bool = False
    content_ready_seconds: float | None = 0.0
    content_kept_seconds: float = 30 * 86_400
    content_gone_status: int = 410
