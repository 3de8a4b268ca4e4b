"""The search's function says what it costs.

The planner took it apart and thought that the words of a text are had for nearly nothing: for two words of middling
frequency it read through thousands of messages, twelve seconds among two million, and not the index of their words. A
function with a setting of its own is not taken apart; 4000 is what it really costs in the planner's unit. What it
answers is the same, so the indexes on it stay.
"""

from django.db import migrations


def costly(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER FUNCTION monty_document(text) COST 4000 SET search_path = pg_catalog")


def cheap(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER FUNCTION monty_document(text) COST 100 RESET search_path")


class Migration(migrations.Migration):
    dependencies = [("conversations", "0015_mentions")]

    operations = [migrations.RunPython(costly, cheap, elidable=True)]
