"""Error rates by the hour, replays of many events, bodies that were put back, and whose events are asked for."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

COLUMN = "ALTER TABLE channels_inboxbody ADD COLUMN is_again boolean NOT NULL DEFAULT false"
NO_COLUMN = "ALTER TABLE channels_inboxbody DROP COLUMN is_again"
INDEX = """
CREATE INDEX webhookevent_person ON channels_webhookevent (tenant_id, line_user_id, id DESC)
WHERE line_user_id <> ''
"""
NO_INDEX = "DROP INDEX webhookevent_person"


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("channels", "0003_account_facts_and_login"),
    ]

    operations = [
        migrations.RunSQL(COLUMN, NO_COLUMN),
        migrations.RunSQL(INDEX, NO_INDEX),
        migrations.CreateModel(
            name="HourOfEvents",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hour", models.DateTimeField()),
                ("event_count", models.BigIntegerField(default=0)),
                ("failed_count", models.BigIntegerField(default=0)),
                ("quarantined_count", models.BigIntegerField(default=0)),
                ("tenant", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="accounts.tenant")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "hour"), name="hour_of_events_once")],
            },
        ),
        migrations.CreateModel(
            name="EventReplay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("search", models.JSONField(default=dict, verbose_name="search")),
                ("last_id", models.BigIntegerField()),
                ("position", models.BigIntegerField(default=0)),
                ("total_count", models.BigIntegerField(verbose_name="events")),
                ("done_count", models.BigIntegerField(default=0, verbose_name="handled")),
                ("failed_count", models.BigIntegerField(default=0, verbose_name="failed again")),
                ("ordered_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="ordered")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                (
                    "ordered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ordered by",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="accounts.tenant", verbose_name="client"
                    ),
                ),
            ],
            options={"verbose_name": "replay", "verbose_name_plural": "replays", "ordering": ["-id"]},
        ),
    ]
