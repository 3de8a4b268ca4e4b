"""Sessions in the database, which is asked only for keys that it can hold."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        # A cookie may carry any character ("\000" in quotes is an escape), and PostgreSQL fails on a NUL.
        return bool(super()._validate_session_key(key)) and key.isalnum()  # type: ignore[misc, union-attr]
