"""Words by which a text looks like advertising, which LINE does not take as a notification message.

Only what is useful to the recipient may be sent this way: orders, deliveries, bookings, payments. LINE's
guidelines for these messages give no list of words; this one is ours, of what advertising in Japan says.
Source: https://developers.line.biz/en/docs/partner-docs/line-notification-messages/overview/
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from composing.content import URL
from composing.variables import VARIABLE

JAPANESE = (
    r"クーポン",
    r"セール(?!ス|ルーム)",
    r"バーゲン",
    r"キャンペーン",
    r"割引(?!額|金額|後|前|合計|料金)",
    r"値引き?(?!額|後|前|合計)",
    r"半額",
    r"[0-9]+ ?割 ?(引き?|off|オフ)",
    r"[0-9]+ ?円 ?(引き|off|オフ)",
    r"[0-9]+ ?% ?(off|オフ|引き?|還元|増量)",
    r"ポイント ?[0-9]+ ?倍",
    r"今だけ|いまだけ|今なら|いまなら",
    r"(期間|数量|本日|会員|先着)限定",
    r"特価|激安|お買い?得|お得",
    r"プレゼント|特典",
    r"おすすめ|オススメ|お勧め",
    r"新(商品|作|発売)",
    r"見逃(さ|せ)",
)
ENGLISH = (
    r"\bcoupons?\b",
    r"\b(on sale|sale (now|starts|ends)|(final|flash|big|summer|winter|spring|autumn) sale)\b",
    r"[0-9]+ ?% ?off\b",
    r"\bdiscount(ed|s)?\b(?! (amount|applied))",
    r"\bpromo(tion(al|s)?|code)?\b",
    r"\b(special|exclusive|limited)[ -](offer|price|deal|time)s?\b",
    r"\bbuy now\b|\bshop now\b|\bdon[’']t miss\b",
    r"\bfree gifts?\b|\bbonus points?\b|\bdouble points?\b",
    r"\bcampaigns?\b",
    r"\brecommend(ed|ations?)? for you\b",
    r"\bnew arrivals?\b",
)
WORDS = re.compile("|".join((*JAPANESE, *ENGLISH)), re.IGNORECASE)
IN_ADDRESSES = re.compile(r"(?<![a-z])(utm_\w+|coupons?|campaigns?|sale|promo\w*)(?![a-z])", re.IGNORECASE)
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


@dataclass(frozen=True)
class Promotion:
    """`words` stand at `path` and look like advertising."""

    path: str
    words: str


def found(value: object, path: str = "") -> Iterator[Promotion]:
    """Each place of a message's JSON, with what is said there; what variables put in is not known here."""
    if isinstance(value, str):
        yield from (Promotion(path, words) for words in _in_text(value))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from found(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from found(inner, f"{path}[{place}]")


def _in_text(text: str) -> Iterator[str]:
    """Once each, whatever the width of the letters, with nothing hidden between them."""
    plain = VARIABLE.sub(
        lambda variable: variable[2] or " ", UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    )
    seen = {}
    for address in URL.findall(plain):
        seen.update(dict.fromkeys(_in_address(address)))
    for words in WORDS.finditer(URL.sub(" ", plain)):
        seen.setdefault(words[0])
    yield from seen


def _in_address(address: str) -> Iterator[str]:
    """Only words of its path and the names in its query: a shop may be called anything."""
    try:
        parts = urlsplit(address)
    except ValueError:  # a host in brackets that is none: all of it are words
        parts = SplitResult("", "", address, "", "")
    names = " ".join(name for name, _value in parse_qsl(parts.query, keep_blank_values=True))
    yield from (words[0] for words in IN_ADDRESSES.finditer(f"{unquote(parts.path)} {names}"))
