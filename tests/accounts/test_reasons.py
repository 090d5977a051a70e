"""Reasons that are kept, in the language of whoever reads them."""

import copy

import pytest
from django.core import serializers
from django.db import IntegrityError
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy, gettext_noop
from hypothesis import given
from hypothesis import strategies as st

from accounts import reasons
from accounts.errors import AppError, SlugTaken
from accounts.models import User
from accounts.reasons import Reason, reason, together
from broadcasts.models import Broadcast
from tests.factories import make_broadcast


def in_japanese(found: Reason) -> str:
    with translation.override("ja"):
        return str(found)


def test_a_refusal_is_told_in_the_readers_language_whoever_was_refused():
    with translation.override("ja"):
        kept = Reason.of(SlugTaken(slug="apparel"))

    assert str(kept) == "The address name “apparel” is taken. Choose another."
    assert in_japanese(kept) == "アドレス名「apparel」は使われています。別の名前を入力してください。"


def test_what_fills_a_reason_is_translated_with_it():
    with translation.override("ja"):
        why = reason(gettext_noop("Somebody has deleted it."))
        kept = reason(gettext_noop("LINE could not prepare the audience. %(why)s"), why=why)
        labelled = reason("%(metric)s", metric=gettext_lazy("Clicks"))

    assert str(kept) == "LINE could not prepare the audience. Somebody has deleted it."
    assert "deleted" not in in_japanese(kept)
    assert (str(labelled), in_japanese(labelled)) == ("Clicks", "クリック")


def test_reasons_are_told_together():
    both = together(reason(gettext_noop("So text A was sent.")), "", SlugTaken(slug="a"), "400: no")

    assert str(both) == "So text A was sent. The address name “a” is taken. Choose another. 400: no"
    assert not together("", Reason())


@pytest.mark.parametrize("words", ["", "400: a | b", 'a|{"b": 1', "50 % off|[]", "%(name)s|{}", "100 %"])
def test_words_of_others_are_told_as_they_are(words):
    assert reasons.in_words(words) == words


def test_a_refusal_with_words_of_its_own_keeps_them():
    assert str(Reason.of(AppError("The file ends at 50 %."))) == "The file ends at 50 %."


def test_a_refusal_may_call_what_fills_it_as_it_likes():
    class Refused(AppError):
        def text(self) -> str:
            return "%(text)s, %(about)s"

    assert str(Reason.of(Refused(text="a|{", about="{}"))) == "a|{, {}"


@pytest.mark.parametrize("words", ["a|{}", 'a || {"b": 1}|{}', '%(words)s|{"words": 1}'])
def test_words_that_look_like_a_reason_of_ours_are_told_as_they_are(words):
    assert str(Reason.of(words)) == words
    assert str(Reason.of(AppError(words))) == words
    assert str(reason("LINE says: %(words)s", words=words)) == f"LINE says: {words}"


def test_a_refusal_that_fills_another_is_told_in_the_readers_language():
    with translation.override("ja"):
        kept = reason(gettext_noop("LINE says: %(words)s"), words=SlugTaken(slug="a"))

    assert str(kept) == "LINE says: The address name “a” is taken. Choose another."
    assert "「a」は使われています" in in_japanese(kept)


@given(st.text(), st.integers(min_value=-(2**63), max_value=2**63 - 1))
def test_whatever_fills_it_is_told_as_it_is(words, number):
    kept = reason("%(words)s, %(number)s times", words=words, number=number)

    assert str(Reason(kept.kept)) == f"{words}, {number} times"


def test_a_column_takes_a_refusal_and_gives_the_reason(tenant):
    broadcast = make_broadcast()
    broadcast.problem = SlugTaken(slug="a")
    broadcast.save()

    at_once, stored = str(broadcast.problem), Broadcast.objects.values_list("problem", flat=True).get()

    assert at_once == str(stored) == "The address name “a” is taken. Choose another."
    assert Broadcast.objects.filter(problem=SlugTaken(slug="a")).exists()


def test_a_copy_in_a_file_reads_as_what_was_kept(tenant):
    broadcast = make_broadcast()
    broadcast.problem = SlugTaken(slug="a")

    broadcast.full_clean()
    with translation.override("ja"):
        written = serializers.serialize("json", [broadcast])
    [read] = serializers.deserialize("json", written)

    assert read.object.problem == broadcast.problem
    assert copy.deepcopy(broadcast).problem == broadcast.problem


def test_no_reason_at_all_is_refused_by_the_database(tenant):
    broadcast = make_broadcast()
    broadcast.problem = None

    with pytest.raises(IntegrityError):
        broadcast.save()


@pytest.mark.usefixtures("tenant")
def test_what_is_too_long_for_its_column_is_cut_as_words():
    Broadcast.objects.filter(pk=make_broadcast().pk).update(problem=SlugTaken(slug="x" * 700))

    [kept] = Broadcast.objects.values_list("problem", flat=True)

    assert len(str(kept)) == reasons.MOST
    assert str(kept).startswith("The address name “xxx")


@pytest.mark.parametrize(("language", "words"), [("en", "not approved in time"), ("ja", "期限までに承認")])
def test_who_looks_at_a_stopped_broadcast_reads_why(tenant, visit, language, words):
    broadcast, reader = make_broadcast(), visit()
    stopped = reason(gettext_noop("It was not approved in time, or nothing ran here when its time came."))
    Broadcast.objects.update(status="paused", problem=stopped, started_at=timezone.now())
    User.objects.update(language=language)

    assert words in reader.read(f"broadcasts/{broadcast.pk}/")
