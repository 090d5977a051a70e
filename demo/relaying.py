"""Every webhook of a client's account is passed on to another tool of theirs, as LINE sent it."""

from django.db import connection
from django_tenants.utils import tenant_context

from channels.models import InboxBody
from demo import cast
from demo.receiver import Received
from demo.scene import Scene
from line import signatures
from relays import services
from relays.models import Target


def pass_on(scene: Scene) -> Target:
    """A relay to the demo's own receiver, which answers LINE's test first."""
    with (
        scene.account.step("A relay: another tool of the client's gets every webhook too"),
        tenant_context(scene.main),
    ):
        target = services.create_target(name="在庫と会員の基幹システム", url=scene.receiver.url, by=None)
        scene.account.check(len(scene.receiver.received) == 1, f"{target.url} answered the test")
    return target


def check_what_was_passed_on(scene: Scene, target: Target) -> None:
    with scene.account.step("What the relay's receiver has got"):
        connection.set_schema_to_public()
        sent = InboxBody.objects.filter(tenant_id=scene.main.pk, received_at__gte=target.created_at)
        came_in = {
            Received(bytes(body), signature) for body, signature in sent.values_list("body", "signature")
        }
        scene.until(lambda: came_in <= set(scene.receiver.received), 20)
        same = came_in & set(scene.receiver.received)
        rightly = [each for each in same if signatures.is_valid([cast.COSMETICS.secret], *each)]
        scene.account.check(
            0 < len(came_in) == len(rightly),
            f"{len(same)} of {len(came_in)} webhooks, byte for byte, with LINE's own signature",
        )
