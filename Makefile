# make demo    set everything up, train a deep classifier on handwritten digits, say what it learnt
# make test    set everything up, run all tests
# make check   what CI runs: format, lint, types, tests
# make simulators    neurons against Brian2 and NEURON, in an environment of their own; fails without them
# make messages    bring the translators' catalogues up to the sentences in the source
# make bench   speed, beside PyTorch, scikit-learn, biotorch and Brian2 in one run
# make bench-rules   learning rules in their authors' settings, beside the figures that they published
# make bench-vision   how well images are learnt, beside what was published; hours, and can be stopped and resumed
# make bench-tables   small tables, beside other libraries with their defaults; hours, and can be stopped and resumed

PYTHON ?= python3
BIN := .venv/bin
TOGETHER := --numprocesses 2 --dist loadfile  # the tests of a file share compiled programs

.PHONY: demo test check simulators bench bench-rules bench-vision bench-tables messages format clean

LOCALE := src/clearprop/locale
CATALOGUES := $(wildcard $(LOCALE)/*/LC_MESSAGES/clearprop.po)

# A tool environment for each need: the demo does not wait for PyTorch.
.venv/user: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable .
	@touch $@

.venv/dev: .venv/user requirements-dev.txt
	$(BIN)/pip install --quiet --requirement requirements-dev.txt
	@touch $@

# Without what it asks for besides PyTorch (torchvision and more), which its layers do not need.
.venv/biotorch: .venv/dev
	$(BIN)/pip install --quiet --no-deps biotorch==0.0.16
	@touch $@

.venv/bench: .venv/user requirements-bench.txt
	$(BIN)/pip install --quiet --requirement requirements-bench.txt
	@touch $@

# Brian2 needs an older NumPy than clearprop has.
.venv-simulators/ready: requirements-simulators.txt
	$(PYTHON) -m venv .venv-simulators
	.venv-simulators/bin/pip install --quiet --requirement $<
	@touch $@

# Compiled anew when a translation changes; building and installing do it too.
.venv/messages: .venv/user $(CATALOGUES)
	$(BIN)/pybabel --quiet compile --directory $(LOCALE) --domain clearprop
	@touch $@

demo: .venv/user
	$(BIN)/clearprop train sample:digits --hidden 128,64 --epochs 60 --seed 0

test: .venv/dev .venv/messages
	$(BIN)/python -m pytest $(TOGETHER)

check: .venv/dev .venv/messages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/python -m pytest $(TOGETHER) --cov --cov-fail-under=95

simulators: .venv/dev .venv-simulators/ready
	$(BIN)/python -m pytest tests/neurons/against_simulators.py

bench: .venv/biotorch .venv-simulators/ready
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/rule_speed.py
	$(BIN)/python benchmarks/neuron_speed.py
	$(BIN)/python benchmarks/vision_speed.py
	$(BIN)/python benchmarks/image_loading.py

bench-rules: .venv/dev
	$(BIN)/python benchmarks/learning_rules.py

bench-vision: .venv/dev
	$(BIN)/python benchmarks/vision.py

bench-tables: .venv/bench
	$(BIN)/python benchmarks/tables.py

# After a sentence was added or changed: every catalogue gets it, to be translated.
messages: .venv/user
	$(BIN)/pybabel --quiet extract --mapping babel.cfg --add-comments Translators: --no-wrap --add-location file \
		--sort-by-file --project clearprop --copyright-holder "The clearprop developers" --output .venv/clearprop.pot src
	$(BIN)/pybabel --quiet update --input-file .venv/clearprop.pot --output-dir $(LOCALE) --domain clearprop \
		--no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

format: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv .venv-simulators .pytest_cache .ruff_cache .hypothesis htmlcov
