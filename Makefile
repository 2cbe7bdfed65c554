EXTENSION = cx_metrics
MODULE_big = cx_metrics
PGFILEDESC = "cx_metrics - customer-experience metrics"

# The scripts of the versions; what else is in sql/ makes the newest of them.
# srcdir is PGXS's name of the source's directory, which VPATH may say is another.
DATA = $(patsubst $(srcdir)/%,%,$(wildcard $(srcdir)/sql/$(EXTENSION)--*.sql))

# Every C file of the folders: core, a folder for each family, math.
OBJS = $(patsubst $(srcdir)/%.c,%.o,$(sort $(wildcard $(srcdir)/src/*/*.c)))

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

# PostgreSQL's headers are a system's: -Wextra is for our code.
# Files include ours by folder: "core/summary.h".
PG_CPPFLAGS = -I$(srcdir)/src -isystem $(shell $(PG_CONFIG) --includedir-server)

# A PostgreSQL of --enable-depend would keep the dependencies of src/auc.c and
# src/math/auc.c in one file; what follows the include keeps them apart.
override autodepend = no

# PGXS has this target; without pg_config the first one of this file would be made.
.DEFAULT_GOAL := all

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

# Writes the install script of this version from its parts.  A build does not: the
# script is in the repository.
.PHONY: sql
sql:
	perl script/assemble

.PHONY: check-math
check-math: $(MATH_TESTS)
	@status=0; for test in $(MATH_TESTS); do \
		echo "# $$test"; ./$$test || status=1; \
	done; exit $$status

test/math/%_test: test/math/%_test.c $(wildcard src/math/*.c src/math/*.h test/math/*.h)
	$(CC) $(CFLAGS) -Isrc -Isrc/math -o $@ $< $(wildcard src/math/*.c) -lm

# The compiler notes beside each object which of our headers it includes, so that
# a change of one rebuilds what includes it; a change of this file, everything.
COMPILED = $(OBJS) $(OBJS:.o=.bc)
COMPILE.c += -MMD -MP -MF $@.d
COMPILE.c.bc += -MMD -MP -MF $@.d
EXTRA_CLEAN += $(COMPILED:=.d)

$(COMPILED): Makefile

# What refuses a machine or a version is said once, not by every file: this one,
# which is compiled in no time, comes first.
FIRST_COMPILED = src/core/cx_metrics.o
$(filter-out $(FIRST_COMPILED),$(COMPILED)): | $(FIRST_COMPILED)

ifdef VPATH
$(shell mkdir -p $(sort $(dir $(OBJS))))
endif

-include $(wildcard $(COMPILED:=.d))

# What is uploaded to PGXN: the commit that is checked out, and nothing else.
DISTDIR = .

.PHONY: dist
dist:
	@version=$$(perl -MJSON::PP -0777 -ne 'print decode_json($$_)->{version}' META.json) && \
	git archive --format=zip --prefix=$(EXTENSION)-$$version/ \
		--output=$(DISTDIR)/$(EXTENSION)-$$version.zip HEAD && \
	echo $(DISTDIR)/$(EXTENSION)-$$version.zip
