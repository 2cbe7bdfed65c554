EXTENSION = cx_metrics
MODULE_big = cx_metrics
PGFILEDESC = "cx_metrics - customer-experience metrics"

DATA = $(wildcard sql/$(EXTENSION)--*.sql)

# One object a line, so that a new family is a line of its own.
OBJS = \
	src/active_days.o \
	src/active_users.o \
	src/auc.o \
	src/business.o \
	src/calendar.o \
	src/clv.o \
	src/clv_customers.o \
	src/clv_fit.o \
	src/clv_model.o \
	src/clv_predict.o \
	src/cx_metrics.o \
	src/day_set.o \
	src/duration.o \
	src/elapsed.o \
	src/health.o \
	src/health_summary.o \
	src/health_total.o \
	src/health_weights.o \
	src/money.o \
	src/money_run.o \
	src/mrr.o \
	src/mrr_history.o \
	src/mrr_summary.o \
	src/nps.o \
	src/outcomes.o \
	src/outcomes_io.o \
	src/purchase.o \
	src/rate.o \
	src/result.o \
	src/retention.o \
	src/run.o \
	src/run_summary.o \
	src/satisfaction.o \
	src/session.o \
	src/signal.o \
	src/summary.o \
	src/summary_json.o \
	src/survey.o \
	src/trend.o \
	src/value_summary.o \
	src/wide.o \
	src/math/auc.o \
	src/math/bg_nbd.o \
	src/math/gamma_gamma.o \
	src/math/kaplan_meier.o \
	src/math/logistic.o \
	src/math/nbd.o \
	src/math/newton.o \
	src/math/pareto_nbd.o \
	src/math/special.o \
	src/math/statistics.o

# setup makes the functions that the others use
TESTS = $(sort $(filter-out test/sql/setup.sql,$(wildcard test/sql/*.sql)))
REGRESS = setup $(patsubst test/sql/%.sql,%,$(TESTS))
REGRESS_OPTS = --inputdir=test --encoding=UTF8 --no-locale --load-extension=$(EXTENSION)

# make installcheck TAP_TESTS=1 runs these as well; they start servers of their
# own and must not run as root.
PROVE_TESTS = test/t/*.pl

# Programs that test src/math without a server; each prints TAP.
MATH_TESTS = $(patsubst %.c,%,$(wildcard test/math/*_test.c))
EXTRA_CLEAN = $(MATH_TESTS)

# No fused multiply-add: the same rows must give the same digits on every
# machine, with and without JIT.
PG_CFLAGS = -std=gnu11 -ffp-contract=off
SHLIB_LINK = -lm

PG_CONFIG ?= pg_config

# As a system's headers: -Wextra is for our code, not for PostgreSQL's.
PG_CPPFLAGS = -isystem $(shell $(PG_CONFIG) --includedir-server)

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# The server's flags are those of the compiler that built it.
ifneq ($(findstring clang,$(notdir $(CC))),)
override CFLAGS := -Wno-unknown-warning-option $(filter-out -fexcess-precision=% -Wcast-function-type,$(CFLAGS))
endif

override BITCODE_CFLAGS += -ffp-contract=off

# Measures everything and writes the figures into docs/performance.md; takes an
# hour, on a machine that should have nothing else to do.
.PHONY: bench
bench:
	bench/run --update-docs --all

.PHONY: check-math
check-math: $(MATH_TESTS)
	@status=0; for test in $(MATH_TESTS); do \
		echo "# $$test"; ./$$test || status=1; \
	done; exit $$status

test/math/%_test: test/math/%_test.c $(wildcard src/math/*.c src/math/*.h test/math/*.h)
	$(CC) $(CFLAGS) -Isrc -Isrc/math -o $@ $< $(wildcard src/math/*.c) -lm

# PGXS knows no dependencies of objects on headers.
$(OBJS) $(OBJS:.o=.bc): $(wildcard src/*.h src/math/*.h)

# What is uploaded to PGXN: the commit that is checked out, and nothing else.
DISTDIR = .

.PHONY: dist
dist:
	@version=$$(perl -MJSON::PP -0777 -ne 'print decode_json($$_)->{version}' META.json) && \
	git archive --format=zip --prefix=$(EXTENSION)-$$version/ \
		--output=$(DISTDIR)/$(EXTENSION)-$$version.zip HEAD && \
	echo $(DISTDIR)/$(EXTENSION)-$$version.zip
