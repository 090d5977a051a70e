"""Pictures that may be logos."""

from io import BytesIO

from PIL import Image


def make_picture(kind: str = "PNG", size: tuple[int, int] = (300, 100)) -> BytesIO:
    file = BytesIO()
    Image.new("RGB", size, "#aa3355").save(file, kind)
    file.seek(0)
    file.name = f"logo.{kind.lower()}"
    return file
