from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

# The work board's row is the last that a transaction locks: so nobody who holds it waits for anything else.
# By the owner's right, as the redirect writes for many clients.
RING = """
CREATE FUNCTION events_ring() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO public.accounts_due AS due (tenant_id, kind, due_at, version)
    SELECT id, NEW.kind, statement_timestamp(), 1 FROM public.accounts_tenant
    WHERE schema_name = TG_TABLE_SCHEMA
    ON CONFLICT (tenant_id, kind) DO UPDATE
    SET due_at = least(due.due_at, excluded.due_at), version = due.version + 1;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER outbox_rings AFTER INSERT ON events_outboxentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.rings) EXECUTE FUNCTION events_ring();
"""
SILENCE = """
DROP TRIGGER outbox_rings ON events_outboxentry;
DROP FUNCTION events_ring();
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0005_find_what_happened_in_some_hours")]

    operations = [
        migrations.CreateModel(
            name="OutboxTopic",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "topic", "kind", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("topic", models.CharField(max_length=140)),
                ("kind", models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="OutboxEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("kind", models.CharField(max_length=40)),
                ("topic", models.CharField(max_length=140)),
                ("event_id", models.BigIntegerField(null=True)),
                ("numbers", ArrayField(base_field=models.IntegerField(), null=True, size=None)),
                ("rings", models.BooleanField(db_default=False)),
            ],
            options={"indexes": [models.Index(fields=["kind", "id"], name="outboxentry_kind")]},
        ),
        migrations.RunSQL(RING, SILENCE),
    ]
