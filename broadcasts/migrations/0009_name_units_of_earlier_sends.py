from django.db import migrations

# Until now every broadcast by push or multicast went under this name. What is still under way must go on
# under it: a retry repeats the bytes of its first attempt.
NAME = """
UPDATE broadcasts_broadcast AS broadcast SET unit_name = 'musubi_b' || id
WHERE unit_name = '' AND EXISTS (
    SELECT FROM broadcasts_batch WHERE broadcast_id = broadcast.id AND method IN ('multicast', 'push'))"""


class Migration(migrations.Migration):
    dependencies = [("broadcasts", "0008_choosing_timing_approving_and_results")]

    operations = [migrations.RunSQL(NAME, migrations.RunSQL.noop)]
