from django.db import migrations

# What the tag tells of orders concerns the orders' point of every client.
LISTEN = """
INSERT INTO events_outboxtopic (topic, kind)
VALUES ('changed:events:converted', 'attribution') ON CONFLICT DO NOTHING"""
READ = """
INSERT INTO attribution_reading (topic, version)
SELECT 'events:converted', coalesce(
    (SELECT version FROM events_dataversion WHERE topic = 'events:converted'), 0)
ON CONFLICT DO NOTHING"""
# Credits know their currency from now on, and clicks on tries count no more.
COUNT = "UPDATE attribution_point SET counted_version = 0, cursor = 0"
CALL = """
INSERT INTO public.accounts_due (tenant_id, kind, due_at, version)
SELECT id, 'attribution', now(), 1 FROM public.accounts_tenant WHERE schema_name = current_schema()
ON CONFLICT (tenant_id, kind) DO UPDATE SET due_at = excluded.due_at, version = accounts_due.version + 1"""


class Migration(migrations.Migration):
    dependencies = [
        ("attribution", "0003_page_tag_and_currencies"),
        ("events", "0006_queue_what_others_listen_to"),
    ]

    operations = [
        migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in (LISTEN, READ, COUNT, CALL)
    ]
