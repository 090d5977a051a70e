import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('billing', '0003_ledger_only_grows'),
    ]

    operations = [
        migrations.CreateModel(
            name='QuotaReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_at', models.DateTimeField(verbose_name='read at')),
                ('limit', models.PositiveIntegerField(blank=True, help_text='Empty: none', null=True, verbose_name='upper limit')),
                ('used', models.PositiveIntegerField(verbose_name="used by LINE's count")),
                ('used_by_us', models.PositiveIntegerField(verbose_name='used by Musubi')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.tenant', verbose_name='client')),
            ],
            options={
                'verbose_name': 'quota reading',
                'verbose_name_plural': 'quota readings',
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['tenant', '-read_at'], name='billing_quo_tenant__d4a69a_idx')],
            },
        ),
    ]
