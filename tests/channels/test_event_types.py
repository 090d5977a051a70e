"""What LINE's event types are called."""

from django.utils import translation

from channels import event_types, handlers


def test_every_type_that_is_known_has_a_name():
    assert handlers.known_types() <= event_types.LABELS.keys()


def test_a_name_stands_beside_lines_own_in_the_readers_language():
    with translation.override("ja"):
        assert ("videoPlayComplete", "動画の視聴完了 · videoPlayComplete") in event_types.choices()


def test_a_type_of_tomorrow_has_none():
    assert event_types.label("hologram") == ""
