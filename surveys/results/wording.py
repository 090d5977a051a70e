"""Words of a text in Japanese, English or both, each in the form in which a dictionary has it.

Sudachi tells the words; what it knows needs no network. A word that is only written otherwise is the same:
ｽｷﾝｹｱ and スキンケア, 打込む and 打ち込む. English stays as it is written, since the dictionary would say it
in Japanese.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from surveys.models import CountedWord

Kind = CountedWord.Kind
Word = tuple[str, str]  # as the dictionary spells it, and its kind
NOUN_ENDING = ("接尾辞", "名詞的")
LONGEST = 100
LONGEST_PIECE = 10_000  # characters; Sudachi takes no more than 49,149 bytes at once
is_latin = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’-]*").fullmatch
KINDS = {"名詞": Kind.NOUN, "動詞": Kind.VERB, "形容詞": Kind.ADJECTIVE, "形状詞": Kind.ADJECTIVE}
PASSED = {"数詞", "助動詞語幹"}
# Words that are in every other answer and say nothing: our own list, in the dictionary's spelling.
STOP_WORDS = frozenset(Path(__file__).with_name("stop_words.txt").read_text().split())


def words(text: str) -> dict[Word, str]:
    """The words of one answer, each once, with how it is written there: nouns, verbs, adjectives.

    Without those that say nothing.
    """
    plain = unicodedata.normalize("NFKC", text).replace("\0", "")
    found: dict[Word, str] = {}
    for start in range(0, len(plain), LONGEST_PIECE):
        found.update((word, written) for word, written in _of_piece(plain[start : start + LONGEST_PIECE]))
    return {word: written for word, written in found.items() if _says_something(word[0])}


def _of_piece(text: str) -> Iterator[tuple[Word, str]]:
    noun, written = "", ""
    for morpheme in _tokenizer().tokenize(text):
        part = morpheme.part_of_speech()
        if noun and (part[:2] == NOUN_ENDING or _is_short_noun(part, morpheme.surface())):  # 化粧水, 定期便
            noun, written = noun + morpheme.surface(), written + morpheme.surface()
            continue
        if noun:
            yield (noun, Kind.NOUN.value), written
        noun, written = "", ""
        kind = _kind(part)
        if is_latin(morpheme.surface()):
            noun = written = morpheme.surface().casefold().replace("’", "'")
        elif kind == Kind.NOUN:
            noun, written = morpheme.normalized_form(), morpheme.dictionary_form()
        elif kind:
            yield (morpheme.normalized_form(), kind.value), morpheme.dictionary_form()
    if noun:
        yield (noun, Kind.NOUN.value), written


def _is_short_noun(part: Sequence[str], written: str) -> bool:
    """One sign of Chinese that ends the noun before it, as 液 does in 美容液."""
    return part[0] == "名詞" and part[1] not in PASSED and len(written) == 1 and "一" <= written <= "鿿"


def _kind(part: Sequence[str]) -> CountedWord.Kind | None:
    """None for what only helps other words, and for numbers."""
    kind = KINDS.get(part[0])
    is_helping = kind == Kind.VERB and part[1] == "非自立可能"
    return None if is_helping or part[1] in PASSED else kind


def _says_something(word: str) -> bool:
    if word in STOP_WORDS or len(word) > LONGEST or not any(map(str.isalpha, word)):
        return False
    return len(word) > 1 or "一" <= word <= "鿿"


@cache
def _tokenizer() -> Any:
    """Made once in a process: it takes 40 ms, and 60 MB while it is used."""
    from sudachipy import Dictionary, SplitMode  # noqa: PLC0415  (only those who count words load it)

    return Dictionary(dict="small").tokenizer(mode=SplitMode.C)
