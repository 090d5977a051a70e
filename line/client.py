"""LINE's Messaging API for one channel.

Every method raises the errors of `line.errors`. Sending methods take the exact bytes of the body, so that a
retry can be byte-identical; build them with `line.messages`.
"""

from line.calls import Accepted, Calls, Endpoints
from line.operations.account import Account
from line.operations.audiences import Audiences
from line.operations.chats import Chats
from line.operations.content import Content
from line.operations.counts import Counts
from line.operations.coupons import CouponBook
from line.operations.insight import Insight
from line.operations.notices import Notices
from line.operations.rich_menu_aliases import RichMenuAliases
from line.operations.rich_menus import RichMenus
from line.operations.sending import Sending

__all__ = ["Accepted", "Calls", "Endpoints", "LineClient"]


class LineClient(
    Sending,
    Notices,
    Account,
    Audiences,
    Chats,
    Content,
    Counts,
    CouponBook,
    Insight,
    RichMenus,
    RichMenuAliases,
):
    """One channel's way to LINE. Cheap to make; connections and tokens are shared behind it.

    For use in an event loop; synchronous code goes through `wire.run(client.get_bot_info())`.
    """
