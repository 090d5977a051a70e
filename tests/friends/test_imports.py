"""Friends from a CSV file: good rows in, bad rows reported by line."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from events import versions
from friends import services
from friends.errors import MissingColumn, TooManyTags
from friends.imports import import_friends
from friends.models import Friend, Tag
from imports.errors import UnreadableFile
from tests.factories import make_friend, make_line_user_id, make_tag

AOI, REN, MIO = (make_line_user_id(name) for name in ("aoi", "ren", "mio"))


def csv(*lines: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO("\r\n".join(["line_user_id,display_name,tags", *lines, ""]).encode(encoding))


def test_rows_become_friends_with_their_tags(tenant):
    report = import_friends(csv(f"{AOI},葵,VIP|skin care", f"{REN},蓮,skin care; VIP", f"{MIO},,"))

    assert (report.created, report.updated, report.tagged, report.errors) == (3, 0, 4, [])
    aoi = Friend.objects.get(line_user_id=AOI)
    assert (aoi.display_name, aoi.status, aoi.followed_at) == ("葵", Friend.Status.FRIEND, None)
    assert {tag.name for tag in aoi.tags.all()} == {"VIP", "skin care"}
    assert Friend.objects.get(line_user_id=MIO).profile_due_at is not None
    vip = Tag.objects.get(name="VIP")
    assert versions.of(["friends", f"tag:{vip.pk}"]) == {"friends": 1, f"tag:{vip.pk}": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_files_from_excel_are_read_in_whatever_encoding_they_come(tenant, encoding):
    import_friends(csv(f"{AOI},髙橋 葵①,", encoding=encoding))

    assert Friend.objects.get().display_name == "髙橋 葵①"


def test_bad_rows_are_named_by_line_and_the_good_ones_go_in(tenant):
    report = import_friends(
        csv(
            f"{AOI},葵,",  # line 2
            "12345,Ren,",
            f"{REN},{'x' * 101},",
            ",nobody,",
            "",
            f"{AOI},again,",  # line 7
            f'{MIO},"two\nlines",',
            f"{REN},蓮,{'t' * 61}",  # line 10
            f"{REN},蓮,",
        )
    )

    assert report.created == 3
    assert report.refused == 5
    assert report.errors == [
        (3, "This is no LINE user ID: it is “U” and 32 of 0–9 and a–f."),
        (4, "The name is longer than 100 characters."),
        (5, "The LINE user ID is missing."),
        (7, "This LINE user ID stands in an earlier line."),
        (10, "A tag needs a name of 1 to 60 characters without “|” or “;”."),
    ]
    assert set(Friend.objects.values_list("display_name", flat=True)) == {"葵", "two\nlines", "蓮"}


def test_rows_that_cannot_be_decoded_are_refused_alone(tenant):
    file = csv(f"{AOI},葵,", encoding="cp932")
    file = io.BytesIO(file.getvalue() + f"{REN},".encode() + b"\x81\x20\xff,\r\n")

    report = import_friends(file)

    assert report.created == 1
    assert report.errors == [(3, "The row has characters that cannot be read.")]


def test_what_line_has_told_is_kept_and_what_it_has_not_is_filled_in(tenant):
    make_friend("aoi", display_name="Aoi of LINE", profile_fetched_at="2026-11-01T00:00Z")
    make_friend("ren", display_name="", status=Friend.Status.UNKNOWN, status_at=None)
    make_friend("mio", status=Friend.Status.BLOCKED)

    report = import_friends(csv(f"{AOI},Aoi,VIP", f"{REN},Ren,", f"{MIO},mio,"))

    assert (report.created, report.updated, report.tagged) == (0, 1, 1)
    assert Friend.objects.get(line_user_id=AOI).display_name == "Aoi of LINE"
    assert Friend.objects.get(line_user_id=REN).display_name == "Ren"
    assert Friend.objects.get(line_user_id=REN).status == Friend.Status.FRIEND
    assert Friend.objects.get(line_user_id=MIO).status == Friend.Status.BLOCKED


def test_the_same_file_again_changes_nothing(tenant):
    lines = [f"{AOI},葵,VIP", f"{REN},蓮,"]
    import_friends(csv(*lines))
    vip = Tag.objects.get()

    report = import_friends(csv(*lines))

    assert (report.created, report.updated, report.tagged, report.refused) == (0, 0, 0, 0)
    assert versions.of(["friends", services.tag_topic(vip.pk)]) == {"friends": 1, f"tag:{vip.pk}": 1}


def test_columns_may_stand_in_any_order_and_be_more(tenant):
    make_tag("VIP")
    file = io.BytesIO(f"memo,Tags, LINE_USER_ID \n-,VIP,{AOI}\n".encode())

    assert import_friends(file).tagged == 1
    assert Friend.objects.get().line_user_id == AOI


def test_a_file_without_header_or_content_is_refused(tenant):
    with pytest.raises(UnreadableFile):
        import_friends(io.BytesIO(b""))
    with pytest.raises(MissingColumn, match="missing_column"):
        import_friends(io.BytesIO(f"{AOI},aoi\n".encode()))


def test_a_file_that_would_make_hundreds_of_tags_is_refused_whole(tenant):
    lines = [f"{make_line_user_id(str(number))},,tag {number}" for number in range(501)]

    with pytest.raises(TooManyTags):
        import_friends(csv(*lines))

    assert not Friend.objects.exists()


def test_the_command_tells_what_it_did(tenant, tmp_path, capsys):
    file = tmp_path / "friends.csv"
    file.write_bytes(csv(f"{AOI},葵,VIP", "x,y,").getvalue())

    call_command("import_friends", "apparel", str(file), "--json")

    report = json.loads(capsys.readouterr().out)
    assert report["created"] == 1
    assert report["errors"] == [[3, "This is no LINE user ID: it is “U” and 32 of 0–9 and a–f."]]
    call_command("import_friends", "apparel", str(file))
    assert "created 0 · updated 0 · tags put 0 · refused 1" in capsys.readouterr().out


def test_the_command_refuses_an_unknown_client_and_a_missing_file(tenant, tmp_path):
    with pytest.raises(CommandError, match="“nobody” does not exist"):
        call_command("import_friends", "nobody", "friends.csv")
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_friends", "apparel", str(tmp_path / "none.csv"))
