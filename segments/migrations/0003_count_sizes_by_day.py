import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models

# Clients that have segments already begin at once; others with their first segment.
BEGIN = """
INSERT INTO public.accounts_due (tenant_id, kind, due_at, version)
SELECT tenant.id, 'segment_sizes', now(), 1 FROM public.accounts_tenant tenant
WHERE tenant.schema_name = current_schema() AND EXISTS (SELECT FROM segments_segment)
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("segments", "0002_lists_sizes_audiences")]

    operations = [
        migrations.AddField(
            model_name="segmentsize",
            name="counted_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                default=django.utils.timezone.now,
                verbose_name="counted",
            ),
        ),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]
