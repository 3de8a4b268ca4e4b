from django.apps import AppConfig
from django.db.backends.signals import connection_created


class ConversationsConfig(AppConfig):
    name = "conversations"

    def ready(self) -> None:
        from conversations import followups, kept, models
        from conversations.models.finding import teach_sqlite
        from conversations.reports import each
        from teams import audit

        connection_created.connect(teach_sqlite)
        followups.connect()
        kept.declare()
        each.find()
        audit.watch(models.Label, models.Attribute)
        audit.tell_of(models.Fact, models.Meter, models.Import)
        # What people keep for themselves is theirs.
        audit.watch(models.SavedReply, models.Macro, but=["used"], when=lambda row: row.owner_id is None)
        audit.watch_customers(models.Contact, models.Identity, models.Conversation, models.Message)
