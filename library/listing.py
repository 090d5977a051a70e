"""Which files a list shows."""

from library.models import Folder, MediaFile, MediaFileQuerySet

ARCHIVED, NO_FOLDER = "archived", "none"
SIZE = 48  # whole rows of a grid, whether it has 2, 3, 4, 6 or 8 columns


def chosen(asked: dict) -> MediaFileQuerySet:
    """The files of a kind, or those that are archived, in a folder, with these words in their names."""
    kind, folder, words = (asked.get(key) or "" for key in ("kind", "folder", "q"))
    files = MediaFile.objects.stored().select_related("folder")
    files = files.exclude(archived_at=None) if kind == ARCHIVED else files.filter(archived_at=None)
    if kind in MediaFile.Kind.values:
        files = files.filter(kind=kind)
    if folder == NO_FOLDER:
        files = files.filter(folder=None)
    elif folder:
        files = files.filter(folder=int(folder)) if folder.isdecimal() and len(folder) < 10 else files.none()
    for word in words.split():
        files = files.filter(name__icontains=word)
    return files


def folders() -> list[Folder]:
    return list(Folder.objects.all())
