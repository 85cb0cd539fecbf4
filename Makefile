# Everything sets itself up: each target needs only git, make and Python 3.11 or newer.
# The environment is `.venv` beside this file; it is never activated, only called.

PYTHON ?=
NAME ?=
ARGS ?=

bin := .venv/bin
stamps := .venv/.stamps
# Some tests need these; without them the others run.
test_programs := chromium ffmpeg strace
# The lock files name no index and no path, so that they are the same wherever they are made.
lock_options := --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install dev demo run test coverage check format lint types security bench soak lock clean

help:  ## Tell what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F '|' '{ printf "make %-8s %s\n", $$1, $$2 }'

install: $(stamps)/runtime  ## Set up .venv with what the program needs, from requirements.lock

dev: $(stamps)/dev  ## Set up .venv with the tools for tests and checks as well

demo: $(stamps)/runtime  ## Try it without any Telegram account: a Telegram on loopback and a chat page
	@$(bin)/python -m sandbox --demo $(ARGS)

run: $(stamps)/runtime  ## Run the real bot with the settings in .env
	@$(bin)/python -m bot run $(ARGS)

test: $(stamps)/dev  ## Run every test
	@missing=; for program in $(test_programs); do command -v $$program >/dev/null || missing="$$missing $$program"; done; \
	test -z "$$missing" || echo "Not installed, so what needs it is not tested:$$missing"
	@$(bin)/python -m pytest -n 2 $(ARGS) || { code=$$?; test $$code -eq 1 || exit $$code; \
	echo "Once more, each by itself, what failed: who fails twice has not been unlucky."; \
	$(bin)/python -m pytest --last-failed --last-failed-no-failures=none --maxfail=3; }

# Traced, everything takes twice as long.
coverage: override ARGS += --cov --cov-report=term --cov-fail-under=90
coverage: test  ## Run every test, and tell which branches none has taken

check: $(stamps)/dev  ## Run every check that needs no test: format, lint, types, security
	@$(MAKE) --no-print-directory --keep-going format lint types security

format: $(stamps)/dev
	$(bin)/ruff format --check .

lint: $(stamps)/dev
	$(bin)/ruff check .

types: $(stamps)/dev
	$(bin)/mypy --strict

# MTProto is made of SHA-1, so where it is imitated that is no finding.
security: $(stamps)/dev
	$(bin)/bandit --recursive --configfile pyproject.toml bot downloader storage bench
	$(bin)/bandit --recursive --configfile pyproject.toml --skip B324 sandbox

bench: $(stamps)/dev  ## Measure: make bench NAME=start (without NAME: list what there is)
	@$(bin)/python -m bench $(or $(NAME),--list) $(ARGS)

soak: $(stamps)/dev  ## Run the long proofs
	@$(bin)/python -m bench --soak $(ARGS)

lock:  ## Lock the newest allowed versions of all dependencies, with hashes (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: pipx install uv" >&2; exit 1; }
	uv pip compile pyproject.toml $(lock_options) --output-file requirements.lock
	uv pip compile pyproject.toml --group dev $(lock_options) --output-file requirements-dev.lock
	uv pip compile --group build $(lock_options) --output-file requirements-build.lock

clean:  ## Remove what was built; data/ and music/ stay
	rm -rf .venv build dist *.egg-info .coverage .coverage.* .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One folder serves both: the tools' lock holds everything of the program's lock.
$(stamps)/runtime: requirements.lock requirements-build.lock scripts/venv.sh
	@PYTHON="$(PYTHON)" sh scripts/venv.sh requirements.lock
	@mkdir -p $(stamps) && touch $@

$(stamps)/dev: requirements-dev.lock requirements-build.lock requirements.lock scripts/venv.sh
	@PYTHON="$(PYTHON)" sh scripts/venv.sh requirements-dev.lock
	@mkdir -p $(stamps) && touch $@ $(stamps)/runtime
