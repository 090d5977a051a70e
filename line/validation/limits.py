"""How long the texts of messages may be, by LINE's own counting.

Sources: https://developers.line.biz/en/reference/messaging-api/#message-objects
https://developers.line.biz/en/docs/messaging-api/text-character-count/
"""

from dataclasses import dataclass

from line.validation.characters import grapheme_length, utf16_length


@dataclass(frozen=True)
class Limit:
    """At most so many UTF-16 code units, or so many characters as a reader sees them."""

    most: int
    graphemes: bool = False

    def length(self, text: str) -> int:
        """What LINE counts of `text`."""
        return (grapheme_length if self.graphemes else utf16_length)(text)

    def holds(self, text: str) -> bool:
        return self.length(text) <= self.most


ENDLESS = Limit(1_000_000)
ID = Limit(100)
MEDIA_ADDRESS = Limit(2000)

TEXT = Limit(5000)
ALT_TEXT = Limit(1500)
PLACE = Limit(100)
TRACKING_ID = Limit(100)
SENDER = Limit(20)

ACTION_ADDRESS = Limit(1000)
DATA = Limit(300)
SAID = Limit(300, graphemes=True)
COPIED = Limit(1000)
LABEL = Limit(20, graphemes=True)
LABEL_ON_PICTURE = Limit(12, graphemes=True)
LABEL_IN_FLEX = Limit(40, graphemes=True)
SAID_BY_AREA = Limit(400)

TITLE = Limit(40, graphemes=True)
CONFIRM = Limit(240, graphemes=True)
BUTTONS = Limit(160, graphemes=True)
COLUMN = Limit(120, graphemes=True)
BESIDE_PICTURE_OR_TITLE = Limit(60, graphemes=True)

NOTICE_EMPHASIZED = Limit(15)
NOTICE_ITEM = Limit(300)
NOTICE_ADDRESS = Limit(1000)

MOST_MESSAGES = 5
MOST_EMOJIS = 20
MOST_QUICK_REPLIES = 13
MOST_BUTTONS = 4
MOST_COLUMNS = 10
MOST_COLUMN_BUTTONS = 3
MOST_AREAS = 50
