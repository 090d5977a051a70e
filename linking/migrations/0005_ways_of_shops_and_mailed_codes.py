import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0001_customers_on_their_own'),
        ('linking', '0004_who_makes_links_and_in_which_version'),
    ]

    operations = [
        migrations.AddField(
            model_name='linksettings',
            name='asks_email',
            field=models.BooleanField(db_default=False, default=False, verbose_name='ask LINE for the e-mail address'),
        ),
        migrations.AddField(
            model_name='linksettings',
            name='signing_generation',
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name='linksettings',
            name='old_signing_until',
            field=models.DateTimeField(blank=True, null=True, verbose_name='former secret accepted until'),
        ),
        migrations.AddField(
            model_name='linkattempt',
            name='signature_hash',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AlterField(
            model_name='linkattempt',
            name='failure',
            field=models.CharField(blank=True, choices=[('wrong_details', 'Wrong details too often'), ('other_person', 'Opened by another LINE user'), ('other_browser', 'Finished in another browser'), ('declined', 'Declined by the person'), ('line', 'Refused by LINE')], max_length=20, verbose_name='why it failed'),
        ),
        migrations.AddIndex(
            model_name='linkattempt',
            index=models.Index(condition=models.Q(('signature_hash', ''), _negated=True), fields=['signature_hash'], name='linkattempt_signature'),
        ),
        migrations.CreateModel(
            name='MailedCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.CharField(max_length=64)),
                ('sealed_code', models.BinaryField(null=True)),
                ('language', models.CharField(max_length=10)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mailed_codes', to='linking.linkattempt')),
                ('customer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='mailedcode_due'), models.Index(fields=['customer', 'asked_at'], name='mailedcode_customer')],
            },
        ),
    ]
