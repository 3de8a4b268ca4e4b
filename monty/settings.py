"""One settings file, driven by the environment. The comment above each name is its line in the reference.

Without any environment Monty runs embedded: SQLite in `var/`, broker, cache and live push inside the process.
`DATABASE_URL` and `REDIS_URL` alone spread it out over many processes.
"""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Exchange, Queue

from monty.env import development_key, env, identity_providers, refuse_unsafe_start, storage_at
from monty.reporting import report_errors_to

BASE_DIR = Path(__file__).resolve().parent.parent
# The folder of the database file, media, static files and the key.
VAR_DIR = Path(env.str("MONTY_VAR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

# `postgres://user:password@host:5432/name`; without it SQLite, in a file.
DATABASE_URL = env.str("DATABASE_URL", default="")
# `redis://host:6379/0` for cache, live push and the broker; without it they are inside the one process.
REDIS_URL = env.str("REDIS_URL", default="")
EMBEDDED = not REDIS_URL

# Pages for developers; never on where strangers can reach it. A bare checkout on one machine is a workshop; as soon as
# it is given services it is an installation.
DEBUG = env.bool("DEBUG", default=not (DATABASE_URL or REDIS_URL))
# How people reach Monty; with `https://` cookies are secure and HSTS is on.
PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000").rstrip("/")
HTTPS = PUBLIC_URL.startswith("https://")
# The host names that Monty answers to, separated by commas; must be set when DEBUG is off.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
# Origins that forms may come from, separated by commas.
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_URL])
# What sessions and links are signed by, and secrets encrypted with; must be set when DEBUG is off.
SECRET_KEY = env.str("SECRET_KEY", default="")
# Former keys, separated by commas: what they signed or encrypted can still be read.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
if DEBUG:
    SECRET_KEY = SECRET_KEY or development_key(VAR_DIR / "secret_key")
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
else:
    refuse_unsafe_start(secret_key=SECRET_KEY, allowed_hosts=ALLOWED_HOSTS)
# The shop page, the simulated providers and the phone exist only where demo data may; its accounts and secrets are
# known to everybody.
DEMO = env.bool("DEMO", default=DEBUG)

INSTALLED_APPS = [
    "daphne",
    "monty",
    "monty.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "axes",
    "csp",
    "dbbackup",
    "django_filters",
    "django_fsm",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "teams",
    "channels_app",
    "conversations",
    "webhooks",
    "orders",
    "flows",
]
if DEMO:
    INSTALLED_APPS += ["channels_app.simulator"]

MIDDLEWARE = [
    "monty.correlation.Correlation",
    "django.middleware.security.SecurityMiddleware",
    "monty.current_request.CurrentRequest",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "monty.isolation.IsolationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "monty.zones.ReadersZone",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "teams.middleware.PersonalMiddleware",
    "monty.problems.ProblemMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "teams.middleware.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "monty.urls"
ASGI_APPLICATION = "monty.asgi.application"
WSGI_APPLICATION = "monty.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Storage -------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url_config(DATABASE_URL or f"sqlite:///{VAR_DIR / 'monty.sqlite3'}")}
DATABASE = DATABASES["default"]
if DATABASE["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction takes the write lock at its start, so read-then-write needs no retry.
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # What an inbox asks takes a millisecond; to compile it first took 60 ms of a search in a million conversations.
    DATABASE["OPTIONS"] = DATABASE.get("OPTIONS", {}) | {"options": "-c jit=off"}
    # On for the socket processes: under ASGI a connection cannot outlive its request, so they share a small pool.
    if env.bool("DATABASE_POOL", default=False):
        DATABASE["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8}
    else:
        DATABASE["CONN_MAX_AGE"] = None
        DATABASE["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits and proofs of life may be lost with Redis; no request may fail for it.
DJANGO_REDIS_IGNORE_EXCEPTIONS = True
REDIS_CACHE = {
    "BACKEND": "django_redis.cache.RedisCache",
    "LOCATION": REDIS_URL,
    "KEY_PREFIX": "monty",
    "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 1, "SOCKET_TIMEOUT": 1},
}
CACHES = {"default": REDIS_CACHE if REDIS_URL else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    # Where files are kept: `file:///folder`, or `s3://key:secret@host/bucket` (install the extra `s3`).
    "default": storage_at("MEDIA_STORAGE_URL", default=f"file://{VAR_DIR / 'media'}"),
    # Where backups are kept, in the same two ways.
    "dbbackup": storage_at("BACKUP_STORAGE_URL", default=f"file://{VAR_DIR / 'backups'}"),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "servestatic.storage.CompressedManifestStaticFilesStorage"
    },
}

# A database is brought back by another role than the one whose it was, perhaps.
DBBACKUP_CONNECTORS = {
    "default": {"pg_options": "--no-owner --no-acl"}
    if DATABASE["ENGINE"].endswith("postgresql")
    else {"CONNECTOR": "monty.backups.SqliteConnector"}
}
DBBACKUP_BACKUP_METADATA_SETTER = "monty.backups.facts"

# --- Background work -----------------------------------------------------------------------------------------------

# Another broker than REDIS_URL, such as `amqp://…`.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="") or REDIS_URL or "memory://localhost/"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# In memory the default poll of 1 s feels slow; with Redis a dead broker must fail a request's enqueue quickly,
# because the sweeps find the work again.
CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.05} if EMBEDDED else {"socket_connect_timeout": 1}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
# Every task is safe to run twice, so one whose worker dies is given to another.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# A slow receiver of webhooks keeps no customer waiting where they have a worker of their own (docs/operations.md);
# whoever is given no queue by name works on both.
CELERY_TASK_QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in ("celery", "webhooks")]
CELERY_TASK_ROUTES = {"webhooks.tasks.attend": {"queue": "webhooks"}}
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# The nets under the fast paths (docs/architecture.md, "Every fast path has a sweep"). Seconds.
CELERY_BEAT_SCHEDULE = {
    "publish-missed-events": {"task": "conversations.tasks.publish_missed", "schedule": 3.0},
    "deliver-queued-messages": {"task": "conversations.tasks.deliver_missed", "schedule": 5.0},
    "read-deliveries": {"task": "conversations.tasks.read_missed", "schedule": 5.0},
    "settle-early-receipts": {"task": "conversations.tasks.settle_early", "schedule": 5.0},
    "fetch-waiting-files": {"task": "conversations.tasks.fetch_missed", "schedule": 10.0},
    "assign-waiting-conversations": {"task": "conversations.tasks.assign_missed", "schedule": 10.0},
    "wake-snoozed-conversations": {"task": "conversations.tasks.wake_snoozed", "schedule": 5.0},
    "send-scheduled-messages": {"task": "conversations.tasks.send_scheduled", "schedule": 5.0},
    "warn-of-windows": {"task": "conversations.tasks.warn_of_windows", "schedule": 5.0},
    "expire-windows": {"task": "conversations.tasks.expire_windows", "schedule": 5.0},
    "take-back-overdue-conversations": {"task": "conversations.tasks.take_back_overdue", "schedule": 15.0},
    "sync-templates": {"task": "conversations.tasks.sync_all_templates", "schedule": 86400.0},
    "look-after-channels": {"task": "conversations.tasks.look_after_channels", "schedule": 86400.0},
    "resume-bulk-actions": {"task": "conversations.tasks.resume_bulk", "schedule": 15.0},
    "forget-what-is-old": {"task": "teams.tasks.forget_all_old", "schedule": 3600.0},
    "resume-imports": {"task": "conversations.tasks.resume_imports", "schedule": 15.0},
    "send-digests": {"task": "conversations.tasks.send_digests", "schedule": 60.0},
    "resume-dry-runs": {"task": "flows.tasks.resume_dry_runs", "schedule": 15.0},
    "carry-flows-on": {"task": "flows.tasks.go_on_missed", "schedule": 2.0},
    "tell-customers-of-their-orders": {"task": "orders.tasks.tell_missed", "schedule": 5.0},
    "hear-answers-to-orders": {"task": "orders.tasks.hear_missed", "schedule": 5.0},
    "post-webhooks": {"task": "webhooks.tasks.post_missed", "schedule": 5.0},
    "tell-of-webhooks-switched-off": {"task": "webhooks.tasks.tell_missed", "schedule": 60.0},
    "notice-vanished-teammates": {"task": "conversations.tasks.notice_vanished", "schedule": 15.0},
    "measure-for-reports": {"task": "conversations.tasks.measure_changed", "schedule": 10.0},
    "add-up-reports": {"task": "conversations.tasks.add_up_reports", "schedule": 60.0},
    "count-time-online": {"task": "conversations.tasks.count_online", "schedule": 300.0},
    "send-reports": {"task": "conversations.tasks.send_reports", "schedule": 60.0},
    "send-overdue-transcripts": {"task": "conversations.tasks.send_overdue_transcripts", "schedule": 60.0},
    "say-a-worker-is-alive": {"task": "conversations.tasks.worker_is_alive", "schedule": 20.0},
}
if DEMO:
    # What the simulated providers hold back, on purpose or after a refusal.
    CELERY_BEAT_SCHEDULE["post-simulated-webhooks"] = {"task": "channels_app.simulator.tasks.post_due", "schedule": 1.0}

# How long before its end a window for answering is "Expiring soon".
EXPIRING_SOON = timedelta(minutes=env.float("EXPIRING_SOON_MINUTES", default=60))

# A live conversation whose customer has been quiet this long weighs less in a teammate's load than one that waits (1).
QUIET_AFTER = timedelta(minutes=env.float("QUIET_AFTER_MINUTES", default=10))
# That weight, as a part of one that waits for us.
QUIET_WEIGHT = env.float("QUIET_WEIGHT", default=0.25)

# What new products and orders are priced in.
CURRENCY = env.str("CURRENCY", default="EUR")
# Whether prices have the tax in them.
PRICES_INCLUDE_TAX = env.bool("PRICES_INCLUDE_TAX", default=True)

# How long the link to an order's page opens it.
ORDER_LINKS_LAST = timedelta(days=env.float("ORDER_LINKS_DAYS", default=14))
# What customers read about paying by transfer or cash; `{number}` stands for the order's.
PAYMENT_INSTRUCTIONS = env.str("PAYMENT_INSTRUCTIONS", default="")
# A payment provider's page.
PAYMENT_LINK_URL = env.str("PAYMENT_LINK_URL", default="")
# What that provider's links and notices are signed by.
PAYMENT_SECRET = env.str("PAYMENT_SECRET", default="")

# Nobody gets more than one mail about waiting customers in this time.
DIGEST_EVERY = timedelta(minutes=env.float("DIGEST_EVERY_MINUTES", default=60))
# Hosts that nodes of flows may call, by https only (`*.example.org` stands for every name below it).
FLOWS_MAY_CALL = env.list("FLOWS_MAY_CALL", default=[])

# For so long an outgoing webhook is tried again and again; then it is given up.
WEBHOOKS_TRIED_FOR = timedelta(hours=env.float("WEBHOOKS_TRIED_FOR_HOURS", default=24))

# Who configured or exported what is kept this long.
AUDIT_KEPT = timedelta(days=env.float("AUDIT_KEPT_DAYS", default=365))
# What providers posted is kept this long, to be read again; what customers wrote in it is kept as messages anyway.
DELIVERIES_KEPT = timedelta(days=env.float("DELIVERIES_KEPT_DAYS", default=30))

# --- People, sessions, security ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "teams.Teammate"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "teams.backend.OneQueryBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "inbox"
LOGOUT_REDIRECT_URL = "account_login"
# Five wrong passwords for one name from one address lock that pair for five minutes; others are not shut out.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=5)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "monty.rest.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True

# allauth: second factors, single sign-on, the list of sessions (docs/log-in.md). Nobody signs up by themselves.
ACCOUNT_ADAPTER = "teams.login.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SIGNUP_ENABLED = False
MFA_ADAPTER = "teams.login.adapters.FactorAdapter"
MFA_FORMS = {
    "add_webauthn": "teams.login.forms.Add",
    "authenticate_webauthn": "teams.login.forms.Authenticate",
    "login_webauthn": "teams.login.forms.LogIn",
    "reauthenticate_webauthn": "teams.login.forms.Reauthenticate",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Monty"
# A phone's clock may be half a minute wrong.
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ADAPTER = "teams.login.adapters.SignOnAdapter"
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_PROVIDERS = {"sso": {"APPS": identity_providers(), "OAUTH_PKCE_ENABLED": True}}
# Whoever is not invited comes in all the same, as an agent without a team.
OIDC_NEW_AGENTS = env.bool("OIDC_NEW_AGENTS", default=False)

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_ENGINE = "monty.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
# Off if the proxy leads to https already.
SECURE_SSL_REDIRECT = HTTPS and env.bool("SECURE_SSL_REDIRECT", default=True)
# Whoever watches a process asks it itself, not by way of the proxy that has the certificate.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Only a proxy that always sets this header may stand in front (the sample configuration does).
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Voice messages are recorded on the inbox's own page; nothing else of the reader's machine is of use here.
PERMISSIONS_POLICY: dict[str, str | list[str]] = {
    "microphone": "self",
    **{name: [] for name in ("camera", "display-capture", "geolocation", "payment", "usb")},
}
# One request's body; a file above MEDIA_MAX_BYTES is refused before it is read.
MEDIA_MAX_BYTES = 25 * 1024 * 1024
# A customer's file that a provider holds; WhatsApp's are the largest.
MEDIA_INBOUND_MAX_BYTES = 100 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Language and time ---------------------------------------------------------------------------------------------

# What Monty speaks to whoever prefers none of its languages.
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LANGUAGES = [("en", _("English")), ("de", _("German")), ("ar", _("Arabic"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
# The zone of whoever has not said theirs.
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_TZ = True

# --- REST ----------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "teams.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["teams.access.InboxPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "monty.problems.problem_response",
    "DEFAULT_THROTTLE_RATES": {
        "token": "20/min",
        "session": "60/min",
        "visitor": "120/min",
        "visitor_reads": "600/min",
        "channel": "6000/min",
        "transcript": "1/min",
    },
    # How many proxies write `X-Forwarded-For`; rate limits count by the address behind them.
    "NUM_PROXIES": env.int("NUM_PROXIES", default=0),
}
# How often a program may ask with one token (docs/api.md, "How often").
REST_RATE_PER_TOKEN = env.str("REST_RATE_PER_TOKEN", default="3000/minute")
# How often all may ask together that come from one address.
REST_RATE_PER_ADDRESS = env.str("REST_RATE_PER_ADDRESS", default="6000/minute")
SPECTACULAR_SETTINGS = {
    "TITLE": "Monty",
    "DESCRIPTION": "Everything an agent can do, for programs.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "ENUM_NAME_OVERRIDES": {
        "ConversationState": "conversations.models.State.choices",
        "AttachmentState": "conversations.models.Here.choices",
        "WebhookDeliveryState": "webhooks.models.DeliveryState.choices",
        "OrderState": "orders.models.OrderState.choices",
        "FlowVersionState": "flows.models.VersionState.choices",
        "FlowRunState": "flows.models.RunState.choices",
        "ProductKind": "orders.models.Kind.choices",
        "RawDeliveryState": "conversations.api.raw.STATES",
        "ImportState": "conversations.models.importing.ImportState.choices",
        "ImportKind": "conversations.models.importing.ImportKind.choices",
        "RoleName": "teams.arranged_serializers.ROLES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "monty.schema.add_common_problems",
    ],
}

# --- Mail ----------------------------------------------------------------------------------------------------------

# `smtp+tls://user:password@mail.example.org:587`; without a server mail is only written to the log.
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 20
# Whom mail comes from.
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="monty@localhost")

# --- Logs ----------------------------------------------------------------------------------------------------------

LOG_FORM = "json" if not EMBEDDED else "whole" if DEBUG else "words"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        # Whoever develops reads whole exceptions, and has no customers.
        "whole": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "words": {"()": "monty.logs.Words"},
        "json": {"()": "monty.logs.JsonLines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORM}},
    # How much is written down: `DEBUG`, `INFO`, `WARNING`, `ERROR`.
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "daphne": {"level": "WARNING"},
        # At lower levels these write down addresses and headers of calls to providers: signed links, tokens.
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "botocore": {"level": "WARNING"},
        # And these what stands in queries.
        "django.db.backends": {"level": "WARNING"},
    },
}

# Unhandled errors go there (install the extra `sentry`).
report_errors_to(env.str("SENTRY_DSN", default=""))
