from django.db import migrations

REFUSE = """
CREATE FUNCTION public.invoices_refuse_document_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an issued document never changes; write a credit note' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE FUNCTION public.invoices_refuse_line_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- The document is locked, so that none is issued while one of its lines changes.
    touched bigint[] := ARRAY[CASE WHEN TG_OP <> 'INSERT' THEN OLD.document_id END,
                              CASE WHEN TG_OP <> 'DELETE' THEN NEW.document_id END];
    found_state text;
BEGIN
    FOR found_state IN
        SELECT state FROM public.invoices_document WHERE id = ANY (touched) ORDER BY id FOR SHARE
    LOOP
        IF found_state = 'issued' THEN
            RAISE EXCEPTION 'lines of an issued document never change' USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER issued_documents_never_change BEFORE UPDATE OR DELETE ON public.invoices_document
    FOR EACH ROW WHEN (OLD.state = 'issued') EXECUTE FUNCTION public.invoices_refuse_document_change();
CREATE TRIGGER lines_of_issued_documents_never_change
    BEFORE INSERT OR UPDATE OR DELETE ON public.invoices_documentline
    FOR EACH ROW EXECUTE FUNCTION public.invoices_refuse_line_change();
"""
ALLOW = """
DROP TRIGGER lines_of_issued_documents_never_change ON public.invoices_documentline;
DROP TRIGGER issued_documents_never_change ON public.invoices_document;
DROP FUNCTION public.invoices_refuse_line_change();
DROP FUNCTION public.invoices_refuse_document_change();
"""


class Migration(migrations.Migration):
    dependencies = [("invoices", "0002_closing_crediting_and_wishes")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
