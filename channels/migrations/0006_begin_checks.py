"""Channels that are connected already are checked too, and an old secret of theirs has a last day."""

from django.db import migrations

LAST_DAY = """
UPDATE channels_channel SET old_secret_until = now() + interval '24 hours'
WHERE sealed_old_secret IS NOT NULL AND old_secret_until IS NULL
"""
BEGIN = """
INSERT INTO accounts_due (tenant_id, kind, due_at, version)
SELECT tenant_id, 'health', now(), 1 FROM channels_channel
UNION ALL
SELECT tenant_id, 'rotation', old_secret_until, 1 FROM channels_channel WHERE sealed_old_secret IS NOT NULL
ON CONFLICT (tenant_id, kind) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("channels", "0005_checks_and_rotation")]

    operations = [migrations.RunSQL([LAST_DAY, BEGIN], migrations.RunSQL.noop)]
