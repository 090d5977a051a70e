# Musubi: `make demo` shows it, `make run` serves it, `make check` is what CI runs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup demo run test lint types migrate seed check bench chaos messages

setup: $(STAMP)

$(STAMP): requirements.txt requirements-dev.txt requirements-data.txt requirements-fonts.txt constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Musubi needs Python 3.11 or newer (set PYTHON=...)")'
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@echo "Installing dependencies into $(VENV) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -r requirements-data.txt -r requirements-fonts.txt
	@touch $@

locale/ja/LC_MESSAGES/django.mo: locale/ja/LC_MESSAGES/django.po $(STAMP)
	@$(BIN)/pybabel -q compile -D django -d locale

messages: locale/ja/LC_MESSAGES/django.mo

demo: setup messages
	@$(BIN)/python -m demo $(if $(ONCE),--once)

run: setup messages
	@$(BIN)/python -m config.stack

migrate: setup
	@$(BIN)/python -m config.embedded $(BIN)/python manage.py migrate

seed: setup messages
	@$(BIN)/python -m demo --seed-only

test: setup messages
	@$(BIN)/python -m pytest -n 2 --dist loadfile

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

# mypy loads the settings to learn the models; it connects to nothing.
types: export SECRET_KEY ?= unused
types: export MASTER_KEYS ?= unused
types: export DATABASE_URL ?= postgresql:///unused
types: export REDIS_URL ?= redis://127.0.0.1/0
types: setup
	@$(BIN)/mypy .

check: lint types messages
	@BASE_URL=https://musubi.example $(BIN)/python -m config.embedded \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	@$(BIN)/python -m config.embedded $(BIN)/python manage.py makemigrations --check --dry-run
	@$(MAKE) --no-print-directory test

bench: setup messages
	@$(BIN)/python -m benchmarks

chaos: setup messages
	@$(BIN)/python -m pytest -m chaos -o addopts=""
	@$(BIN)/python -m pytest -m "hypothesis and not chaos" --hypothesis-profile explore
