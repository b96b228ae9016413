# Short names for the scripts in bin/. None of them needs make: it is here for the fingers that type it.

.PHONY: help run test lint fix bench chaos mechanisms lock

help:        ## this list
	@sed -n 's/^\([a-z]*\): *## /\1\t/p' Makefile

run:         ## start everything on this machine, to try the product
	bin/run

test:        ## run the tests on servers of their own, before every commit
	bin/test

lint:        ## style, types and layers, as CI asks them
	bin/lint

fix:         ## let ruff repair what it can
	bin/lint --fix

bench:       ## measure, and fail where a bound is passed
	bin/bench

chaos:       ## kill workers and brokers, count what is lost
	bin/chaos

mechanisms:  ## which mechanisms of docs/mechanisms.csv no test carries
	bin/mechanisms

# Maintainers only (needs uv on the PATH): after a change of the dependencies in pyproject.toml.
PIN = uv pip compile --universal --generate-hashes --no-header --no-annotate --quiet pyproject.toml
lock:        ## write the three locks anew from pyproject.toml, keeping the pins that still fit
	$(PIN) --output-file requirements/production.lock
	$(PIN) --extra embedded --constraint requirements/production.lock --output-file requirements/embedded.lock
	$(PIN) --extra embedded --extra test --constraint requirements/embedded.lock --output-file requirements/test.lock
