import pytest

from line import signatures

SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
BODY = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
SIGNATURE = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


def test_the_vector_in_lines_documentation_is_signed_as_line_signs_it():
    assert signatures.sign(SECRET, BODY) == SIGNATURE


def test_either_secret_is_good_while_one_replaces_the_other():
    assert signatures.is_valid(["the new one", SECRET], BODY, SIGNATURE)


@pytest.mark.parametrize("header", [None, "", "junk", "é", "\ud800", "GhRK" * 1000, SIGNATURE[:-1]])
def test_whatever_is_not_the_signature_is_refused(header):
    assert not signatures.is_valid([SECRET], BODY, header)


def test_a_changed_byte_is_refused():
    assert not signatures.is_valid([SECRET], BODY + b" ", SIGNATURE)


def test_no_secret_accepts_nothing():
    assert not signatures.is_valid([], BODY, SIGNATURE)
