"""Files that messages show, and the folders in which people look for them."""

from library.models.files import Folder, MediaFile, MediaFileQuerySet, MediaSize, new_code

__all__ = ["Folder", "MediaFile", "MediaFileQuerySet", "MediaSize", "new_code"]
