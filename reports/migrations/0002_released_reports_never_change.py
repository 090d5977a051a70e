from django.db import migrations

# Released, a report may be withdrawn or replaced; what it says stays, and so do its files.
REPORTS = """
CREATE FUNCTION reports_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('released', 'withdrawn', 'superseded') THEN
        IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'state' - 'ended_at' - 'reason')
                IS DISTINCT FROM (to_jsonb(OLD) - 'state' - 'ended_at' - 'reason')
            OR (NEW.state <> OLD.state AND (OLD.state <> 'released' OR NEW.state NOT IN ('withdrawn', 'superseded')))
        THEN
            RAISE EXCEPTION 'a released report never changes' USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$;
CREATE TRIGGER released_reports_never_change BEFORE UPDATE OR DELETE ON reports_report
    FOR EACH ROW EXECUTE FUNCTION reports_refuse_change();
"""
REPORTS_CHANGE = """
DROP TRIGGER released_reports_never_change ON reports_report;
DROP FUNCTION reports_refuse_change();
"""
FILES = """
CREATE FUNCTION reports_refuse_file_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'files of released reports never change' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER files_never_change BEFORE UPDATE OR DELETE ON reports_reportfile
    FOR EACH ROW EXECUTE FUNCTION reports_refuse_file_change();
"""
FILES_CHANGE = """
DROP TRIGGER files_never_change ON reports_reportfile;
DROP FUNCTION reports_refuse_file_change();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_reports")]

    operations = [migrations.RunSQL(REPORTS, REPORTS_CHANGE), migrations.RunSQL(FILES, FILES_CHANGE)]
