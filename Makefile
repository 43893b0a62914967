# make demo | make demo-trunk | make test | make check | make bench | make docs: each sets up what it needs in .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Most tests wait for a phone to ring or a program to start: four at a time use two cores well. More than five
# would share ports: tests/peers/program.py.
JOBS ?= 4
# A file is one worker's; they are taken in the order of tests/order.py.
BY_FILES := --dist loadfile --no-loadscope-reorder
# The groups of tools/needed that the tests are about.
PACKAGES := peers shells service metrics compiler screen window wine installer signing browser

# What Python has compiled is kept, whatever the environment says: tests start hundreds of Pythons, and each
# worker of pytest reads all tests.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo demo-trunk test lint style types types-windows compilable collected packages peers wine wine-x86 wine-desktop native browser check settings bench \
	compiled installer deb installer-lock fuzz tsp screenshots extension outlook docs clean

demo: $(VENV)/.installed
	$(BIN)/offhook demo

demo-trunk: $(VENV)/.installed
	$(BIN)/offhook demo --trunk

test: $(VENV)/.installed-dev
	@$(MAKE) --no-print-directory --jobs=6 --output-sync peers types wine wine-x86 lint wine-desktop native browser collected
	$(BIN)/pytest -n $(JOBS) $(BY_FILES) tests/desktop
	$(BIN)/pytest -n $(JOBS) $(BY_FILES)

# What the tests need, side by side with what reads the sources only: some wait for servers, others calculate.
lint: style types types-windows compilable

style: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

types-windows: $(VENV)/.installed-dev
	$(BIN)/mypy --python-version 3.13 --platform win32 src tests/tspi_host/*.py

compilable: $(VENV)/.installed-dev
	$(BIN)/python tools/build-compiled --check

# Every test is found; and what pytest makes of them is kept, so that its workers need not make it anew.
collected: $(VENV)/.installed-dev
	@found=$$($(BIN)/pytest --collect-only -qq) || { echo "$$found"; exit 1; }

# All packages of Debian's at once, so that nobody after it waits for apt-get.
packages: $(VENV)/.installed-dev
	$(BIN)/python tools/need $(PACKAGES)

peers: packages
	tools/install-peers

wine: packages
	tools/install-wine

wine-x86: packages
	tools/install-wine-x86

wine-desktop: $(VENV)/.installed-dev
	$(BIN)/python tools/install-wine-desktop

native: $(VENV)/.installed-dev
	$(BIN)/python tools/build-tsp
	$(BIN)/python tools/build-host

browser: packages
	tools/install-browser

tsp: $(VENV)/.installed-dev
	$(BIN)/python tools/build-tsp

check: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/mypy

# The tables of settings in docs/, from the settings themselves.
settings: $(VENV)/.installed-dev
	$(BIN)/python -m offhook.config.document docs/*.md

bench: $(VENV)/.installed-dev
	@$(MAKE) --no-print-directory --jobs=3 --output-sync peers wine wine-x86 native browser
	$(BIN)/python -m bench

# OffhookSetup-VERSION-x64.exe, in dist/: see docs/windows.md. OPTIONS are those of `python -m installer`.
installer: $(VENV)/.installed-dev
	$(BIN)/python tools/need installer
	$(BIN)/python tools/build-tsp
	$(BIN)/python -m installer $(OPTIONS)

# offhook_VERSION_ARCHITECTURE.deb for the Debian that this is, in dist/: see docs/operations.md.
deb: $(VENV)/.installed-dev
	$(BIN)/python -m installer.deb $(OPTIONS)

# What they bring along, with hashes; after a change of pyproject.toml, or for newer releases.
installer-lock: $(VENV)/.installed-dev
	tools/lock-installer

# A wheel for this system and this Python, in dist/: see tools/build-compiled.
compiled: $(VENV)/.installed-dev
	$(BIN)/python tools/build-compiled

# The Outlook add-in, as the Call Manager serves it: src/offhook/http/outlook. See docs/browser.md.
outlook: $(VENV)/.installed-dev
	tools/install-browser

# The browser extension, packed: dist/offhook-chromium.zip and dist/offhook-firefox.zip. See docs/browser.md.
extension: $(VENV)/.installed-dev
	tools/install-browser
	cd browser && npm run --silent pack

# The documentation as a site, in build/docs: every link is checked.
docs: $(VENV)/.installed-dev
	$(BIN)/python -m sphinx -q -n -W --keep-going docs build/docs
	@echo build/docs/index.html

screenshots: $(VENV)/.installed-dev
	$(BIN)/python tools/need window screen
	$(BIN)/python tools/make-screenshots build/screenshots docs/window
	tools/install-browser
	$(BIN)/python tools/make-page-screenshots docs/page

fuzz:
	tools/fuzz

$(VENV)/bin/pip:
	tools/make-venv $(PYTHON) $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --editable .
	touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --editable '.[dev,desktop]'
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
