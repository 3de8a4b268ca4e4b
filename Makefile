# Everything a person or CI does with Monty. A fresh machine needs python3 (3.11 or newer) with venv, and make.
PORT ?= 8000
HOST ?= 127.0.0.1
MINUTES ?= 10
python := .venv/bin/python
manage := $(python) manage.py
sphinx := $(python) -m sphinx -W --keep-going --quiet docs var/docs

# Apart from its use, because a comma there would end it.
own_hosts := localhost,127.0.0.1,[::1],$(HOST)
# What `make run` is given beyond the defaults: a key of its own, and no debug pages.
run_env = DEBUG=0 DEMO=1 SECRET_KEY_FILE=var/secret_key PUBLIC_URL=$(or $(PUBLIC_URL),http://$(HOST):$(PORT)) \
	ALLOWED_HOSTS=$(or $(ALLOWED_HOSTS),$(own_hosts)) \
	CSRF_TRUSTED_ORIGINS=http://localhost:$(PORT),http://127.0.0.1:$(PORT),http://$(HOST):$(PORT)

.PHONY: help run test check docs audit bench chaos shots client format lock vendor

help:
	@echo "make run     the whole product on http://$(HOST):$(PORT)"
	@echo "make test    the whole test suite"
	@echo "make check   formatter, linter, types, import layers, migrations, deployment settings, licences, known holes, docs"
	@echo "make docs    the documentation as a site, in var/docs; make audit: known holes of dependencies (needs the internet)"
	@echo "make chaos   ten minutes under fire (MINUTES=1 SEED=7)"
	@echo "make bench   benchmarks; make shots: screenshots; make client: the typed client of REST"
	@echo "make format  format the code"

.venv/ready: pyproject.toml constraints.txt
	@python3 -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Monty needs Python 3.11 or newer."; exit 1; }
	@test -x $(python) || python3 -m venv .venv || { echo "Please install venv: apt install python3-venv"; exit 1; }
	$(python) -m pip install --quiet --disable-pip-version-check -c constraints.txt --editable ".[dev]"
	@touch $@

var/secret_key: .venv/ready
	@DEBUG=1 $(python) -c "import monty.settings"

run: .venv/ready var/secret_key
	@$(run_env) $(manage) migrate --verbosity 0
	@$(run_env) $(manage) collectstatic --noinput --verbosity 0
	@$(run_env) $(manage) demo --first
	@$(run_env) exec $(manage) serve --host $(HOST) --port $(PORT)

test: .venv/ready
	@$(python) -m tests

check: .venv/ready
	$(python) -m ruff format --check .
	$(python) -m ruff check .
	.venv/bin/lint-imports
	$(python) -m mypy .
	DEBUG=1 $(manage) makemigrations --check --dry-run
	DEBUG=0 SECRET_KEY=$$($(python) -c "import secrets; print(secrets.token_urlsafe(50))") \
		ALLOWED_HOSTS=monty.example.org PUBLIC_URL=https://monty.example.org $(manage) check --deploy --fail-level WARNING
	$(python) -m tests.licences
	$(python) -m tests.audit
	$(sphinx)

# With its own reference, made from the code; a link or a picture that leads nowhere fails.
docs: .venv/ready
	$(sphinx)
	@echo "The site: var/docs/index.html"

audit: .venv/ready
	$(python) -m tests.audit --demand

bench: .venv/ready
	$(python) -m bench

chaos: .venv/ready
	$(python) -m chaos --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

shots: .venv/ready
	$(python) -m tests.shots

# Not kept here: it is half a thousand files, and the schema of whoever needs it is the one that counts.
client: .venv/ready
	DEBUG=1 $(manage) spectacular --format openapi-json --file var/openapi.json
	$(python) -m openapi_python_client generate --path var/openapi.json --config docs/examples/client.yaml \
		--output-path var/client --overwrite --fail-on-warning

format: .venv/ready
	$(python) -m ruff format .
	$(python) -m ruff check --fix .

# 3.11.2 is Debian 12's: of what wants a later 3.11 it gets an older release.
lock: .venv/ready
	$(python) -m pip install --quiet uv
	.venv/bin/uv pip compile --universal --upgrade --quiet --no-annotate --no-header --python-version 3.11.2 \
		--extra dev --output-file constraints.txt pyproject.toml

vendor: .venv/ready
	$(manage) vendor
