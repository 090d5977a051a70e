from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scenarios", "0006_what_triggers_remember")]

    operations = [
        migrations.RemoveConstraint(model_name="version", name="scenarioversion_number"),
        migrations.AddField(
            model_name="version",
            name="is_trial",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="tried out"
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                fields=("scenario", "number", "is_trial"), name="scenarioversion_number"
            ),
        ),
    ]
