"""One settings file, driven by the environment (docs/operations.md lists every name).

Without any environment Monty runs embedded: SQLite in `var/`, broker, cache and live push inside the process.
`DATABASE_URL` and `REDIS_URL` alone spread it out over many processes.
"""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from monty.env import development_key, env, refuse_unsafe_start, report_errors_to, storage_at

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("MONTY_VAR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DATABASE_URL = env.str("DATABASE_URL", default="")
REDIS_URL = env.str("REDIS_URL", default="")
EMBEDDED = not REDIS_URL

# A bare checkout on one machine is a workshop; as soon as it is given services it is an installation.
DEBUG = env.bool("DEBUG", default=not (DATABASE_URL or REDIS_URL))
PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000").rstrip("/")
HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_URL])
SECRET_KEY = env.str("SECRET_KEY", default="")
# Former keys: what they signed or encrypted can still be read (docs/operations.md, "Another SECRET_KEY").
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
if DEBUG:
    SECRET_KEY = SECRET_KEY or development_key(VAR_DIR / "secret_key")
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
else:
    refuse_unsafe_start(secret_key=SECRET_KEY, allowed_hosts=ALLOWED_HOSTS)
# The shop page, the simulated providers and the phone exist only where demo data may.
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
    "axes",
    "csp",
    "django_filters",
    "django_fsm",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "rest_framework.authtoken",
    "teams",
    "channels_app",
    "conversations",
    "orders",
    "flows",
]
if DEMO:
    INSTALLED_APPS += ["channels_app.simulator"]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "monty.problems.ProblemMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
elif env.bool("DATABASE_POOL", default=False):
    # For the websocket door: under ASGI a connection cannot outlive its request, so processes share a small pool.
    DATABASE["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 8}}
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

MEDIA_STORAGE_URL = env.str("MEDIA_STORAGE_URL", default=f"file://{VAR_DIR / 'media'}")
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": storage_at(MEDIA_STORAGE_URL),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "servestatic.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Background work -----------------------------------------------------------------------------------------------

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
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# The nets under the fast paths (docs/architecture.md, "Every fast path has a sweep"). Seconds.
CELERY_BEAT_SCHEDULE = {
    "publish-missed-events": {"task": "conversations.tasks.publish_missed", "schedule": 3.0},
    "deliver-queued-messages": {"task": "conversations.tasks.deliver_missed", "schedule": 5.0},
    "read-deliveries": {"task": "conversations.tasks.read_missed", "schedule": 5.0},
    "settle-early-receipts": {"task": "conversations.tasks.settle_early", "schedule": 5.0},
    "forget-old-deliveries": {"task": "conversations.tasks.forget_old_deliveries", "schedule": 3600.0},
    "fetch-waiting-files": {"task": "conversations.tasks.fetch_missed", "schedule": 10.0},
    "assign-waiting-conversations": {"task": "conversations.tasks.assign_missed", "schedule": 10.0},
    "wake-snoozed-conversations": {"task": "conversations.tasks.wake_snoozed", "schedule": 5.0},
    "warn-of-windows": {"task": "conversations.tasks.warn_of_windows", "schedule": 5.0},
    "expire-windows": {"task": "conversations.tasks.expire_windows", "schedule": 5.0},
    "take-back-overdue-conversations": {"task": "conversations.tasks.take_back_overdue", "schedule": 15.0},
    "sync-templates": {"task": "conversations.tasks.sync_all_templates", "schedule": 86400.0},
    "resume-bulk-actions": {"task": "conversations.tasks.resume_bulk", "schedule": 15.0},
    "forget-old-bulk-actions": {"task": "conversations.tasks.forget_old_bulk_runs", "schedule": 3600.0},
    "forget-old-rounds": {"task": "conversations.tasks.forget_old_rounds", "schedule": 3600.0},
    "forget-old-drafts": {"task": "conversations.tasks.forget_old_drafts", "schedule": 3600.0},
    "notice-vanished-teammates": {"task": "conversations.tasks.notice_vanished", "schedule": 15.0},
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
QUIET_WEIGHT = env.float("QUIET_WEIGHT", default=0.25)

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
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "inbox"
LOGOUT_REDIRECT_URL = "login"
# Five wrong passwords for one name from one address lock that pair for five minutes; others are not shut out.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=5)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "monty.rest.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_ENGINE = "monty.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SECURE_SSL_REDIRECT = HTTPS and env.bool("SECURE_SSL_REDIRECT", default=True)
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
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# One request's body; a file above MEDIA_MAX_BYTES is refused before it is read.
MEDIA_MAX_BYTES = 25 * 1024 * 1024
# A customer's file that a provider holds; WhatsApp's are the largest.
MEDIA_INBOUND_MAX_BYTES = 100 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Language and time ---------------------------------------------------------------------------------------------

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LANGUAGES = [("en", _("English")), ("de", _("German")), ("ar", _("Arabic"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_TZ = True

# --- REST ----------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
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
    # Behind the sample proxy the client is the last address it wrote into X-Forwarded-For.
    "NUM_PROXIES": env.int("NUM_PROXIES", default=0),
}
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
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "monty.schema.add_common_problems",
    ],
}

# --- Mail ----------------------------------------------------------------------------------------------------------

# Without a server's address mail is only written to the log.
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="monty@localhost")

# --- Logs ----------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain" if EMBEDDED else "json"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "daphne": {"level": "WARNING"},
        # At lower levels these write down addresses and headers of calls to providers: signed links, tokens.
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
    },
}

report_errors_to(env.str("SENTRY_DSN", default=""))
