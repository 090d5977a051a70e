from django.db import migrations

INSERT = """
INSERT INTO invitations_entrypoint (code, place, name, note, created_at) VALUES
    ('signup', 'page', '', '', now()), ('thanks', 'page', '', '', now()), ('mypage', 'page', '', '', now()),
    ('message', 'line', '', '', now()), ('menu', 'line', '', '', now()), ('qr', 'print', '', '', now()),
    ('chat', 'line', '', '', now()), ('card', 'line', '', '', now())"""


class Migration(migrations.Migration):
    dependencies = [("invitations", "0001_entry_points_invitations_and_link_days")]

    operations = [migrations.RunSQL(INSERT, migrations.RunSQL.noop)]
