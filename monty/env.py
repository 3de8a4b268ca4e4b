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


def storage_at(name: str, default: str) -> dict[str, Any]:
    """Django's storage entry for a setting: `file:///folder` or `s3://key:secret@host[:port]/bucket` (extra `s3`)."""
    url = env.str(name, default=default)
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": unquote(parts.path)}}
    if parts.scheme != "s3":
        raise SystemExit(f"{name} must begin with file:// or s3://, not {parts.scheme or url}://")
    options = {
        "access_key": unquote(parts.username or ""),
        "secret_key": unquote(parts.password or ""),
        "endpoint_url": f"https://{parts.hostname}" + (f":{parts.port}" if parts.port else ""),
        "bucket_name": parts.path.strip("/"),
        "default_acl": "private",
        "querystring_auth": True,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def identity_providers() -> list[dict[str, Any]]:
    """The one that people may sign on by, as allauth takes it; none without OIDC_ISSUER. Raises SystemExit."""
    # The address of an OpenID Connect provider by which people may log in (docs/log-in.md).
    issuer = env.str("OIDC_ISSUER", default="").rstrip("/")
    if not issuer:
        return []
    # What the provider calls Monty.
    client = env.str("OIDC_CLIENT_ID", default="")
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1"):
        raise SystemExit(f"Monty does not start: OIDC_ISSUER must begin with https://, and it is {issuer}")
    if not client:
        raise SystemExit("Monty does not start: OIDC_ISSUER is set and OIDC_CLIENT_ID is not.")
    return [
        {
            # Kept with each account: what another issuer calls by the same id is somebody else.
            "provider_id": issuer,
            # What the button says: “Log in with …”.
            "name": env.str("OIDC_NAME", default=parts.hostname or issuer),
            "client_id": client,
            # What only the provider and Monty know.
            "secret": env.str("OIDC_CLIENT_SECRET", default=""),
            "settings": {
                "server_url": issuer,
                # The provider's addresses count as verified: some never say so, and verify all the same.
                "verified_email": env.bool("OIDC_EMAIL_VERIFIED", default=False),
            },
        }
    ]
