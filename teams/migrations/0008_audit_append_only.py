"""The database itself refuses to change the audit log.

On PostgreSQL also to delete what is younger than 30 days: older entries are forgotten by a sweep. SQLite lets them be
deleted, because tests empty their tables that way; there the model refuses it.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

POSTGRESQL = """
CREATE FUNCTION teams_audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '30 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit log is only written to' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER teams_audit_kept BEFORE UPDATE OR DELETE ON teams_auditentry
    FOR EACH ROW EXECUTE FUNCTION teams_audit_is_kept();
"""
SQLITE = """
CREATE TRIGGER teams_audit_kept BEFORE UPDATE ON teams_auditentry
BEGIN SELECT RAISE(ABORT, 'the audit log is only written to'); END
"""


def forbid(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute(POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE)


def allow(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION teams_audit_is_kept() CASCADE")
    else:
        editor.execute("DROP TRIGGER teams_audit_kept")


class Migration(migrations.Migration):
    dependencies = [("teams", "0007_settings_audit_invitations")]

    operations = [migrations.RunPython(forbid, allow)]
