from django.db import migrations

REFUSE = """
CREATE FUNCTION public.billing_refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger entries are only ever added; book an adjustment' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER ledger_only_grows BEFORE UPDATE OR DELETE ON public.billing_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION public.billing_refuse_ledger_change();
"""
ALLOW = """
DROP TRIGGER ledger_only_grows ON public.billing_ledgerentry;
DROP FUNCTION public.billing_refuse_ledger_change();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_ledger")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
