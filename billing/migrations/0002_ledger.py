from decimal import Decimal

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('billing', '0001_plans_and_prices'),
    ]

    operations = [
        migrations.CreateModel(
            name='MonthUsage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='month')),
                ('messages', models.PositiveIntegerField(default=0, verbose_name='message count')),
                ('free_count', models.PositiveIntegerField(default=0, verbose_name='free')),
                ('paid_count', models.PositiveIntegerField(default=0, verbose_name='paid')),
                ('amount', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=14, verbose_name='amount')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant', verbose_name='client')),
            ],
            options={
                'verbose_name': 'usage of a month',
                'verbose_name_plural': 'usage by month',
                'ordering': ['-month'],
                'default_permissions': ('view',),
                'constraints': [models.UniqueConstraint(fields=('tenant', 'month'), name='month_usage_once')],
            },
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('multicast', 'Multicast'), ('push', 'Push'), ('broadcast', 'Broadcast to all'), ('narrowcast', 'Narrowcast'), ('adjustment', 'Adjustment')], max_length=12, verbose_name='kind')),
                ('reference', models.CharField(db_collation='C', max_length=120, verbose_name='reference')),
                ('label', models.CharField(blank=True, max_length=200, verbose_name='label')),
                ('month', models.DateField(help_text="Its first day, in the client's time zone", verbose_name='month')),
                ('accepted_at', models.DateTimeField(verbose_name='accepted by LINE')),
                ('messages', models.IntegerField(verbose_name='message count')),
                ('sent_before', models.PositiveIntegerField(verbose_name='sent before in the month')),
                ('free_count', models.IntegerField(verbose_name='free')),
                ('paid_count', models.IntegerField(verbose_name='paid')),
                ('parts', models.JSONField(verbose_name='parts of the price')),
                ('amount', models.DecimalField(decimal_places=4, max_digits=14, verbose_name='amount')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='created')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.tenant', verbose_name='client')),
            ],
            options={
                'verbose_name': 'ledger entry',
                'verbose_name_plural': 'ledger',
                'ordering': ['-id'],
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['tenant', 'month'], name='billing_led_tenant__c5cb88_idx'), models.Index(fields=['tenant', '-id'], name='billing_led_tenant__f85fea_idx')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'reference'), name='ledger_reference_once'), models.CheckConstraint(condition=models.Q(('messages__gt', 0), ('kind', 'adjustment'), _connector='OR'), name='only_adjustments_take_back')],
            },
        ),
    ]
