"""Reading the environment: each setting may also come from a file named by `<NAME>_FILE`."""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ

KNOWN_BAD_KEYS = {"", "changeme", "secret", "insecure"}

env = environ.FileAwareEnv()


def development_key(file: Path) -> str:
    """The installation's own random key, made at first use and kept in `file`, readable by its owner only."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50))
    return file.read_text().strip()


def refuse_unsafe_start(*, secret_key: str, allowed_hosts: list[str]) -> None:
    """Stop with a sentence a person can act on. Raises SystemExit."""
    if secret_key in KNOWN_BAD_KEYS or secret_key.startswith("django-insecure"):
        raise SystemExit(
            "Monty does not start: DEBUG is off and SECRET_KEY is missing or a default. Set SECRET_KEY (or "
            'SECRET_KEY_FILE) to a long random text, for example from: python3 -c "import secrets; '
            'print(secrets.token_urlsafe(50))"'
        )
    if not [host for host in allowed_hosts if host.strip()]:
        raise SystemExit(
            "Monty does not start: DEBUG is off and ALLOWED_HOSTS is empty. Set it to the host names people will "
            "type, separated by commas, for example ALLOWED_HOSTS=inbox.example.org"
        )


def storage_at(url: str) -> dict[str, Any]:
    """Django's storage entry for `file:///folder` or `s3://key:secret@host[:port]/bucket` (needs the extra `s3`)."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": unquote(parts.path)}}
    if parts.scheme != "s3":
        raise SystemExit(f"MEDIA_STORAGE_URL must begin with file:// or s3://, not {parts.scheme or url}://")
    options = {
        "access_key": unquote(parts.username or ""),
        "secret_key": unquote(parts.password or ""),
        "endpoint_url": f"https://{parts.hostname}" + (f":{parts.port}" if parts.port else ""),
        "bucket_name": parts.path.strip("/"),
        "default_acl": "private",
        "querystring_auth": True,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def report_errors_to(dsn: str) -> None:
    """Send unhandled errors to Sentry when a DSN is given (needs the extra `sentry`).

    Message texts and channels' secrets stay here, so the report does not hold the variables of the code that failed.
    """
    if dsn:
        import sentry_sdk

        sentry_sdk.init(dsn=dsn, send_default_pii=False, max_request_body_size="never", include_local_variables=False)
