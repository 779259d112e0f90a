# make run: the program. make test: every promise once. make fast: what one runs all the time.
PYTHON ?= python3
BIN := .venv/bin
export PYTHON
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test fast lint e2e soak-1 soak-2 soak-3 soak-4 soak-5 soak-6 soak-7 soak-8 bench pictures translations clean

run: .venv/ready
	@packaging/system-libraries window
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" != Linux ]; then \
		$(BIN)/python -m coophost_gui; \
	else \
		echo "There is no screen here: the whole main job is walked on the practice server"; \
		echo "instead, and a picture of every screen is kept under build/tour/."; \
		QT_QPA_PLATFORM=offscreen $(BIN)/python -m coophost_gui.gui.tour; \
	fi

test: .venv/tested lint
	@packaging/system-libraries window tests
	$(BIN)/python -m tests.testbed build
	$(BIN)/pytest -n 2 --dist loadscope tests/unit tests/gui tests/test_layers.py
	$(BIN)/pytest -o faulthandler_timeout=0 tests/e2e

fast: .venv/tested
	@packaging/system-libraries window tests
	$(BIN)/pytest -n 2 --dist loadscope tests/unit tests/gui tests/test_layers.py

lint: .venv/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

e2e: .venv/tested
	@packaging/system-libraries window
	$(BIN)/python -m tests.testbed build
	$(BIN)/pytest -o faulthandler_timeout=0 tests/e2e

soak-1: .venv/tested
	$(BIN)/pytest -o faulthandler_timeout=0 tests/soak/test_compose_many.py

soak-2: .venv/tested
	$(BIN)/python -m tests.testbed build
	$(BIN)/pytest -o faulthandler_timeout=0 tests/soak/test_interrupted.py

soak-3: .venv/tested
	$(BIN)/python -m tests.testbed build
	$(BIN)/pytest -o faulthandler_timeout=0 tests/soak/test_testbed.py tests/soak/test_server_care.py

soak-4: .venv/tested
	$(BIN)/python -m tests.testbed build machine
	$(BIN)/pytest -o faulthandler_timeout=0 -s tests/soak/test_journeys.py

soak-5: .venv/tested
	$(BIN)/python -m tests.testbed build
	$(BIN)/pytest -o faulthandler_timeout=0 tests/soak/test_ssh_many.py

soak-6: .venv/tested
	$(BIN)/pytest -n 2 tests/soak/test_hostile.py

soak-7: .venv/tested
	$(BIN)/python -m tests.testbed build machine
	$(BIN)/pytest -o faulthandler_timeout=0 -s tests/soak/test_power.py

soak-8: .venv/tested
	$(BIN)/python -m tests.testbed build
	$(BIN)/pytest -o faulthandler_timeout=0 -s tests/soak/test_introduced.py

bench: .venv/tested
	@packaging/system-libraries window tests
	$(BIN)/python -m tests.testbed install
	@for file in tests/benchmarks/bench_*.py; do name=$$(basename $$file .py); echo "$$name"; \
		$(BIN)/python -m tests.benchmarks.$$name || over="$$over $$name"; \
	done; [ -z "$$over" ] || { echo "over the limit:$$over"; exit 1; }

pictures: .venv/tested
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.gui.pictures

translations: .venv/ready
	$(BIN)/python packaging/translations --list

.venv/ready: pyproject.toml
	@packaging/system-libraries python window
	@echo "Setting up in .venv; the first time this fetches about 100 MB."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --editable .
	@$(BIN)/python -m compileall -q coophost_gui || true
	@touch $@

.venv/tested: .venv/ready
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv build
