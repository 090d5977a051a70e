"""Words of a text in Japanese, English or both, each in the form in which a dictionary has it.

Sudachi tells the words; what it knows needs no network. A word that is only written otherwise is the same:
ｽｷﾝｹｱ and スキンケア, 打込む and 打ち込む.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

from surveys.models import CountedWord

Kind = CountedWord.Kind
Word = tuple[str, str]  # the word and its kind
LONGEST = 100
LONGEST_PIECE = 10_000  # characters; Sudachi takes no more than 49,149 bytes at once
is_latin = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’-]*").fullmatch
KINDS = {"名詞": Kind.NOUN, "動詞": Kind.VERB, "形容詞": Kind.ADJECTIVE, "形状詞": Kind.ADJECTIVE}
# Of nouns those that count or point, of verbs and adjectives those that only help another word.
PASSED = {"数詞", "助動詞語幹"}
HELPING = {"非自立可能"}
# Words that are in every other answer and say nothing: our own list.
STOP_WORDS = frozenset(
    """
    こと もの ところ とき ため よう ほう 方 の それ これ あれ どれ ここ そこ 私 わたし 自分 さん 様 的 感じ 気 今 今回 人 事
    物 時 所 中 上 下 前 後 内 他 等 など 何 一 為 個 回 目 点 分 側 特に 特 本当 普通 全部 全て 場合 以外 以上 以下 毎 お ご
    有る 無い 居る 為る 成る 出来る 思う 言う 呉れる 貰う 頂く 下さる 御座る 行く 来る 見る 置く 仕舞う いる ある する なる
    できる いう くる いく みる ない いい よい 良い 宜しい 欲しい 多い 同じ そう 様だ 有難い
    a an and are as at be been but by can could did do does for from had has have he her his how i i'm if in is
    it it's its just me more most my no not of on or our she so some than that the their them then there they
    this to too us very was we were what when which who will with would you your don't also any all about am
    """.split()
)
KEPT = frozenset("良い 欲しい 多い 同じ".split())  # said of a product these do say something


def words(text: str) -> set[Word]:
    """The words of one answer, each once: nouns, verbs, adjectives, without those that say nothing."""
    plain = unicodedata.normalize("NFKC", text).replace("\0", "")
    found: set[Word] = set()
    for start in range(0, len(plain), LONGEST_PIECE):
        found.update(_of_piece(plain[start : start + LONGEST_PIECE]))
    return {(word, kind) for word, kind in found if _says_something(word)}


def _of_piece(text: str) -> Iterator[Word]:
    noun = ""
    for morpheme in _tokenizer().tokenize(text):
        part = morpheme.part_of_speech()
        if noun and part[0] == "接尾辞" and part[1] == "名詞的":  # 化粧 and 水
            noun += morpheme.surface()
            continue
        if noun:
            yield noun, Kind.NOUN
        noun = ""
        kind = KINDS.get(part[0])
        if kind is None or part[1] in PASSED or (kind == Kind.VERB and part[1] in HELPING):
            continue
        if kind == Kind.NOUN or is_latin(morpheme.surface()):
            noun = _named(morpheme)
        else:
            yield morpheme.dictionary_form(), kind
    if noun:
        yield noun, Kind.NOUN


def _named(morpheme: Any) -> str:
    """English as it is written, since the dictionary would say it in Japanese."""
    written = morpheme.surface()
    return written.casefold().replace("’", "'") if is_latin(written) else morpheme.normalized_form()


def _says_something(word: str) -> bool:
    if word in STOP_WORDS - KEPT or len(word) > LONGEST:
        return False
    letters = [letter for letter in word if letter.isalpha()]
    is_one_sign = len(word) == 1 and not "一" <= word <= "鿿"
    return bool(letters) and not is_one_sign


@cache
def _tokenizer() -> Any:
    """Made once in a process: it takes 40 ms, and 60 MB while it is used."""
    from sudachipy import Dictionary, SplitMode  # noqa: PLC0415  (only those who count words load it)

    return Dictionary(dict="small").tokenizer(mode=SplitMode.C)
