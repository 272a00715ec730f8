# A menu: each target is one line. `make` prints it.
.DEFAULT_GOAL := help
.PHONY: up down bench-c1 bench-c2 bench-c3 bench-c4 bench-adapters bench-check help run build test web-test check bench score faults sanitize fuzz fmt clean

# The tests' own configuration must not be mixed with the addresses that a user exports.
WITHOUT_URLS = env -u REDIS_URL -u DATABASE_URL -u ELASTICSEARCH_URL
SERVERS ?= redis,postgres,opensearch,elasticsearch

help: ; @grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{printf "  make %-10s %s\n", $$1, $$2}'
run: build ; @exec build/release/tweetpulse demo  ## set-up, build, and the whole product on simulated tweets
build: ; @scripts/setup && mkdir -p build && cmake --preset release >build/configure.log && cmake --build --preset release --target tweetpulse  ## build/release/tweetpulse
test: ; @scripts/setup --test && $(MAKE) --no-print-directory build && cmake --build --preset release && TWEETPULSE_REQUIRE_SERVERS=1 scripts/servers run --with $(SERVERS) $(WITHOUT_URLS) ctest --preset release -j 2  ## every test, on real servers
up: ; @scripts/setup --test && scripts/servers up --with $(SERVERS)  ## private servers to try things on; prints what to export
down: ; @scripts/servers down  ## ends them
web-test: build ; @ctest --preset release -L web  ## unit and browser tests of the web UI
check: ; @scripts/setup --test && scripts/check  ## format, lint, layers, documents
bench: build ; @cmake --build --preset release --target benches && scripts/bench  ## functions and the embedded pipeline
bench-c1 bench-c2 bench-c3 bench-c4 bench-check: build ; @cmake --build --preset release --target benches bench_raw && python3 -m bench.pipelines $(@:bench-%=%)
bench-adapters: build ; @cmake --build --preset release --target benches bench_raw servers_bench && python3 -m bench.pipelines adapters
score: build ; @python3 scripts/score.py  ## quality of the analysis on labelled data
faults: build ; @python3 -m unittest -v tests.flow.faults  ## faults at full load, with their negative controls
sanitize: ; @scripts/setup --test && scripts/sanitize  ## unit tests under ASan + UBSan, then TSan
fuzz: ; @scripts/fuzz  ## 60 s a fuzzer
fmt: ; @git ls-files -- 'src/*.cpp' 'src/*.h' 'tests/*.cpp' 'tests/*.h' 'bench/*.cpp' | xargs clang-format -i  ## format the C++ code
clean: ; @rm -rf build  ## forget everything that was built
