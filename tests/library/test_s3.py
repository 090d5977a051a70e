"""Files in storage that speaks S3 instead of on the disk."""

from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from library import services
from library.models import MediaFile
from tests.library.contents import picture, upload

BUCKET = "musubi-media"


@pytest.fixture
def bucket(settings) -> Iterator:
    """A bucket on this machine, in which all files are kept meanwhile."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"access_key": "test", "secret_key": "test"}  # anything will do
    place = {"endpoint_url": f"http://{host}:{port}", "region_name": "ap-northeast-1"}
    options = place | keys | {"bucket_name": BUCKET}
    s3 = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"default": s3}
    given = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    resource = boto3.resource("s3", **place, **given)
    where = {"LocationConstraint": "ap-northeast-1"}
    yield resource.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
    server.stop()


def test_a_picture_is_kept_served_and_deleted_in_s3(tenant, client, bucket):
    file = services.add_file(upload(picture("JPEG"), "sale.jpg"), by=None)
    kept = len(list(bucket.objects.all()))
    answer = client.get(f"/c/{tenant.slug}/media/{file.code}/full")
    part = client.get(f"/c/{tenant.slug}/media/{file.code}/full", headers={"Range": "bytes=0-1"})
    content = b"".join(answer.streaming_content)
    first = b"".join(part.streaming_content)
    services.delete_file(file, by=None)

    assert kept >= 1
    assert content[:2] == b"\xff\xd8"
    assert (part.status_code, first) == (206, b"\xff\xd8")
    assert list(bucket.objects.all()) == []
    assert not MediaFile.objects.exists()
