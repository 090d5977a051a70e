from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scenarios", "0004_errands_and_mails")]

    operations = [
        migrations.AddField(
            model_name="steptext",
            name="holes",
            field=models.JSONField(db_default={}, default=dict),
        )
    ]
