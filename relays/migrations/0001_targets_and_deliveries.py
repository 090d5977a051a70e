"""Relay targets, and the log of what goes to them in partitions by day, as the inbox has them."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

CREATE = """
CREATE TABLE relays_delivery (
    id bigint GENERATED ALWAYS AS IDENTITY,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    tenant_id integer NOT NULL,
    target_id bigint NOT NULL,
    body_id bigint NOT NULL,
    body_received_at timestamptz NOT NULL,
    event_types text NOT NULL DEFAULT '',
    state varchar(10) NOT NULL DEFAULT 'new',
    due_at timestamptz NOT NULL,
    lease_until timestamptz,
    attempt_count smallint NOT NULL DEFAULT 0,
    status smallint,
    took_ms integer,
    error text NOT NULL DEFAULT '',
    attempts jsonb NOT NULL DEFAULT '[]',
    finished_at timestamptz,
    PRIMARY KEY (created_at, id)
) PARTITION BY RANGE (created_at);
CREATE INDEX relaydelivery_waiting ON relays_delivery (target_id, due_at, id) WHERE state = 'new';
CREATE INDEX relaydelivery_newest ON relays_delivery (target_id, id DESC);
CREATE TABLE relays_delivery_other PARTITION OF relays_delivery DEFAULT;
"""
DROP = "DROP TABLE relays_delivery"


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_people_and_clients"), ("channels", "0004_event_log")]

    operations = [
        migrations.CreateModel(
            name="Target",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("url", models.CharField(max_length=500, verbose_name="address")),
                (
                    "event_types",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Empty: everything, byte for byte.",
                        verbose_name="event types",
                    ),
                ),
                ("paused_at", models.DateTimeField(blank=True, null=True, verbose_name="paused")),
                ("fail_count", models.IntegerField(default=0, verbose_name="failures in a row")),
                ("failing_since", models.DateTimeField(blank=True, null=True, verbose_name="failing since")),
                ("held_until", models.DateTimeField(blank=True, null=True, verbose_name="tried again")),
                ("announced_at", models.DateTimeField(blank=True, null=True, verbose_name="failure announced")),
                ("succeeded_at", models.DateTimeField(blank=True, null=True, verbose_name="last success")),
                ("last_error", models.CharField(blank=True, max_length=300, verbose_name="last error")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="created")),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="relays",
                        to="accounts.tenant",
                        verbose_name="client",
                    ),
                ),
            ],
            options={
                "verbose_name": "relay target",
                "verbose_name_plural": "relay targets",
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("tenant", "url"), name="relay_target_once")],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(verbose_name="arrived")),
                ("tenant_id", models.IntegerField()),
                ("body_id", models.BigIntegerField()),
                ("body_received_at", models.DateTimeField(verbose_name="received")),
                ("event_types", models.TextField(blank=True, verbose_name="events")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Waiting"),
                            ("done", "Delivered"),
                            ("failed", "Failed"),
                            ("skipped", "Skipped"),
                        ],
                        default="new",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("due_at", models.DateTimeField(verbose_name="next try")),
                ("lease_until", models.DateTimeField(null=True)),
                ("attempt_count", models.SmallIntegerField(default=0, verbose_name="attempts")),
                ("status", models.SmallIntegerField(null=True, verbose_name="answer")),
                ("took_ms", models.IntegerField(null=True, verbose_name="time taken")),
                ("error", models.TextField(blank=True, verbose_name="error")),
                ("attempts", models.JSONField(default=list)),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                (
                    "target",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="deliveries",
                        to="relays.target",
                        verbose_name="target",
                    ),
                ),
            ],
            options={
                "verbose_name": "relay delivery",
                "verbose_name_plural": "relay deliveries",
                "db_table": "relays_delivery",
                "ordering": ["-id"],
                "managed": False,
            },
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
