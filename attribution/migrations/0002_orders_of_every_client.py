from django.db import migrations

POINT = """
INSERT INTO attribution_point (
    kind, name, code, event, "where", amount_property, counts, window_days, model, view_hours, touches,
    version, counted_version, cursor)
VALUES ('order', '', 'orders', '', '[]', '', 'each', 7, 'last', 24, '{broadcast,scenario,route}', 1, 0, 0)"""
VERSION = """
INSERT INTO attribution_pointversion (point_id, number, settings)
SELECT id, 1, jsonb_build_object('window_days', window_days, 'model', model, 'touches', to_jsonb(touches))
FROM attribution_point"""
LISTEN = """
INSERT INTO events_outboxtopic (topic, kind)
SELECT 'changed:' || topic, 'attribution'
FROM unnest(ARRAY['arrivals', 'events:clicked', 'links', 'orders']) AS topic"""
# Clients that have orders already are counted without waiting for the next one.
COUNT = """
INSERT INTO public.accounts_due (tenant_id, kind, due_at, version)
SELECT id, 'attribution', now(), 1 FROM public.accounts_tenant WHERE schema_name = current_schema()
ON CONFLICT (tenant_id, kind) DO NOTHING"""


class Migration(migrations.Migration):
    dependencies = [
        ("attribution", "0001_points_and_credits"),
        ("events", "0006_queue_what_others_listen_to"),
    ]

    operations = [
        migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in (POINT, VERSION, LISTEN, COUNT)
    ]
