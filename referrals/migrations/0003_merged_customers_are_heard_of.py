from django.db import migrations

# Programmes that run already hear of it too; those that are started later say so themselves.
LISTEN = """
INSERT INTO events_outboxtopic (kind, topic) SELECT 'referrals', 'referrals:merged'
WHERE EXISTS (SELECT FROM referrals_programme WHERE status <> 'draft') ON CONFLICT DO NOTHING
"""
FORGET = "DELETE FROM events_outboxtopic WHERE topic = 'referrals:merged'"


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0002_plainer_words"),
        ("events", "0006_queue_what_others_listen_to"),
    ]

    operations = [migrations.RunSQL(LISTEN, FORGET)]
