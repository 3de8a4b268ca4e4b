# Everything a person or CI does with Monty. A fresh machine needs python3 (3.11 or newer) with venv, and make.
PORT ?= 8000
HOST ?= 127.0.0.1
python := .venv/bin/python
manage := $(python) manage.py

# Apart from its use, because a comma there would end it.
own_hosts := localhost,127.0.0.1,[::1],$(HOST)
# What `make run` is given beyond the defaults: a key of its own, and no debug pages.
run_env = DEBUG=0 DEMO=1 SECRET_KEY_FILE=var/secret_key PUBLIC_URL=$(or $(PUBLIC_URL),http://$(HOST):$(PORT)) \
	ALLOWED_HOSTS=$(or $(ALLOWED_HOSTS),$(own_hosts)) \
	CSRF_TRUSTED_ORIGINS=http://localhost:$(PORT),http://127.0.0.1:$(PORT),http://$(HOST):$(PORT)

.PHONY: help run test check bench shots format lock vendor

help:
	@echo "make run     the whole product on http://$(HOST):$(PORT)"
	@echo "make test    the whole test suite"
	@echo "make check   formatter, linter, types, import layers, migrations, deployment settings"
	@echo "make bench   benchmarks; make shots: screenshots; make format: format the code"

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

bench: .venv/ready
	$(python) -m bench

shots: .venv/ready
	$(python) -m tests.shots

format: .venv/ready
	$(python) -m ruff format .
	$(python) -m ruff check --fix .

lock: .venv/ready
	$(python) -m pip install --quiet uv
	.venv/bin/uv pip compile --universal --upgrade --quiet --no-annotate --no-header --python-version 3.11 \
		--extra dev --output-file constraints.txt pyproject.toml

vendor: .venv/ready
	$(manage) vendor
