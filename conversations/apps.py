from django.apps import AppConfig
from django.db.backends.signals import connection_created


class ConversationsConfig(AppConfig):
    name = "conversations"

    def ready(self) -> None:
        from conversations import followups
        from conversations.models.finding import teach_sqlite

        connection_created.connect(teach_sqlite)
        followups.connect()
