# shellcheck shell=bash
# shellcheck disable=SC2012,SC2034
#
# script/lib.sh: what script/demo, script/test and script/bootstrap share.
#
# It finds PostgreSQL, makes a private copy of it, builds and installs the
# extension, and runs a throw-away server.  To be sourced by bash, not run.
#
#   cx_find_pg               sets PG_CONFIG and the CX_PG_* names, or fails
#   cx_workdir NAME          makes CX_WORK, a temporary directory
#   cx_copy_source DIR       copies this checkout (no build products) to DIR
#   cx_private_pg DIR        copies PostgreSQL to DIR and points PG_CONFIG there
#   cx_make SRC ARGS...      make in SRC against PG_CONFIG
#   cx_install SRC           make install, with sudo when that is needed
#   cx_server_start [SETTING...]  a private server in CX_WORK; exports PGHOST ...
#   cx_server_stop           stops it
#   cx_as_user CMD...        runs CMD as the server's user (never as root)
#   cx_run CMD...            runs CMD so that an interrupt ends it at once
#   cx_cleanup               stops and removes all of it; runs by itself on exit
#
# Nothing here touches a server that was running before: the private one
# listens on no TCP port, keeps its socket and its data in CX_WORK, and is
# stopped through its own data directory.

CX_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
CX_MIN_MAJOR=15
CX_MAX_MAJOR=19

CX_WORK=
CX_SERVER_DATA=
CX_SERVER=0
CX_KEEP=

cx_say()
{
	printf '%s\n' "$*"
}

# cx_die PROBLEM [WAY-OUT...]: each further argument is a line of its own.
cx_die()
{
	local line

	printf '\nerror: %s\n' "$1" >&2
	shift
	for line in "$@"; do
		printf '  %s\n' "$line" >&2
	done
	exit 1
}

cx_have()
{
	command -v "$1" >/dev/null 2>&1
}

# ---------------------------------------------------------------------------
# Finding PostgreSQL
# ---------------------------------------------------------------------------

# The major version of the PostgreSQL behind a pg_config, e.g. 15.
cx_pg_major()
{
	"$1" --version 2>/dev/null |
		sed -n 's/^PostgreSQL \([0-9][0-9]*\).*/\1/p'
}

# Why a pg_config cannot be used; prints nothing when it can.
cx_pg_lacks()
{
	local config=$1 major bindir pgxs tool

	if ! cx_have "$config"; then
		echo "$config cannot be run"
		return
	fi
	major=$(cx_pg_major "$config")
	if [ -z "$major" ]; then
		echo "$config does not tell a version"
		return
	fi
	if [ "$major" -lt $CX_MIN_MAJOR ]; then
		echo "$config is PostgreSQL $major; $CX_MIN_MAJOR or later is needed"
		return
	fi
	if [ -n "${PG_MAJOR:-}" ] && [ "$major" != "$PG_MAJOR" ]; then
		echo "$config is PostgreSQL $major, and PG_MAJOR=$PG_MAJOR asks for another"
		return
	fi
	pgxs=$("$config" --pgxs 2>/dev/null) || pgxs=
	if [ -z "$pgxs" ] || [ ! -f "$pgxs" ]; then
		echo "the server headers of PostgreSQL $major are missing"
		return
	fi
	bindir=$("$config" --bindir)
	for tool in postgres initdb pg_ctl psql; do
		if [ ! -x "$bindir/$tool" ]; then
			echo "$tool of PostgreSQL $major is missing from $bindir"
			return
		fi
	done
}

# Sets PG_CONFIG to the one to use.  The user's PG_CONFIG is law; otherwise
# the one in PATH, then the newest in the places the packagers use.
cx_find_pg()
{
	local candidate

	CX_PG_PROBLEM=
	if [ -n "${PG_CONFIG:-}" ]; then
		CX_PG_PROBLEM=$(cx_pg_lacks "$PG_CONFIG")
		if [ -n "$CX_PG_PROBLEM" ]; then
			return 1
		fi
		PG_CONFIG=$(command -v "$PG_CONFIG")
		cx_set_pg
		return 0
	fi

	for candidate in "$(command -v pg_config 2>/dev/null)" \
		$(ls -d /usr/lib/postgresql/*/bin/pg_config \
			/usr/pgsql-*/bin/pg_config \
			/opt/homebrew/opt/postgresql*/bin/pg_config \
			/usr/local/opt/postgresql*/bin/pg_config \
			/usr/local/pgsql/bin/pg_config 2>/dev/null | sort -rV); do
		if [ -n "$candidate" ] && [ -z "$(cx_pg_lacks "$candidate")" ]; then
			PG_CONFIG=$candidate
			cx_set_pg
			return 0
		fi
	done
	CX_PG_PROBLEM="no PostgreSQL ${PG_MAJOR:-$CX_MIN_MAJOR or later} with its server headers was found"
	return 1
}

cx_set_pg()
{
	export PG_CONFIG
	CX_PG_MAJOR=$(cx_pg_major "$PG_CONFIG")
	CX_PG_BINDIR=$("$PG_CONFIG" --bindir)
	CX_PG_VERSION=$("$PG_CONFIG" --version | sed 's/^PostgreSQL \([^ ]*\).*/\1/')
}

# Finds PostgreSQL or ends the script with the way out.
cx_need_pg()
{
	cx_find_pg || cx_die "$CX_PG_PROBLEM" \
		"script/bootstrap installs what is needed, or says what to install." \
		"Or name one: PG_CONFIG=/path/to/bin/pg_config ${0##*/}"
}

# ---------------------------------------------------------------------------
# A temporary directory, and the end of everything
# ---------------------------------------------------------------------------

# A socket's path must be shorter than about 100 bytes, whence /tmp when
# TMPDIR is deep.
cx_workdir()
{
	local base=${TMPDIR:-/tmp}

	base=${base%/}
	if [ ${#base} -gt 50 ]; then
		base=/tmp
	fi
	CX_WORK=$(mktemp -d "$base/cx_metrics-$1.XXXXXX")
	CX_WORK=$(cd "$CX_WORK" && pwd -P)
	# What the traps say must reach the person, wherever a step's output goes.
	exec 9>&2
	trap cx_cleanup EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	cx_choose_user
	if [ "$CX_USER" != "$(id -un)" ]; then
		chown "$CX_USER" "$CX_WORK"
	fi
}

cx_cleanup()
{
	local status=$? data

	trap '' HUP INT TERM
	trap - EXIT
	cx_end_children
	if [ -z "$CX_KEEP" ]; then
		if [ -n "$CX_WORK" ]; then
			# ours, and those of a TAP test that could not stop its own
			find "$CX_WORK" -name postmaster.pid 2>/dev/null |
				while read -r data; do
					cx_stop "${data%/postmaster.pid}"
				done
			rm -rf "$CX_WORK"
			CX_WORK=
		fi
	fi
	if [ $status -ge 129 ]; then
		printf '\n\ninterrupted; the private server and its files are removed\n' >&9
	fi
	exit $status
}

# The processes that this shell started, directly or not.  A server is not
# among them: pg_ctl sets it free, and cx_server_stop ends it.
cx_children()
{
	{
		if [ -r /proc/self/stat ]; then
			cat /proc/[0-9]*/stat 2>/dev/null |
				sed 's/^\([0-9]*\) (.*) [A-Za-z] \([0-9]*\) .*/\1 \2/'
		else
			ps -A -o pid= -o ppid=
		fi
	} | awk -v root=$$ '
		{ parent[$1] = $2 }
		END {
			for (pid in parent) {
				at = parent[pid]
				while (at != root && at in parent && at > 1)
					at = parent[at]
				if (at == root)
					print pid
			}
		}'
}

# Ends the processes that this script started; gives them time, since they may
# have servers of their own to stop first.
cx_end_children()
{
	local pid round

	for round in 1 2 3 4 5 6 7 8 9 10; do
		CX_LEFT=
		# $! and the like of this very pipeline are gone when kill sees them
		for pid in $(cx_children); do
			if kill -0 "$pid" 2>/dev/null; then
				CX_LEFT="$CX_LEFT $pid"
				if [ "$round" = 1 ]; then
					kill -TERM "$pid" 2>/dev/null || true
				fi
			fi
		done
		[ -n "$CX_LEFT" ] || return 0
		sleep 0.5
	done
	for pid in $CX_LEFT; do
		kill -KILL "$pid" 2>/dev/null || true
	done
}

# Runs a command in the background and waits for it: bash takes a signal
# while it waits, but not while a foreground command runs.
cx_run()
{
	local status=0

	"$@" <&0 &
	wait $! || status=$?
	return $status
}

# ---------------------------------------------------------------------------
# The unprivileged user
# ---------------------------------------------------------------------------

# PostgreSQL refuses to run as root.  Root therefore borrows the user
# postgres, or nobody where there is none; anyone else is oneself.
cx_choose_user()
{
	CX_USER=$(id -un)
	if [ "$(id -u)" = 0 ]; then
		if id postgres >/dev/null 2>&1; then
			CX_USER=postgres
		else
			CX_USER=nobody
		fi
	fi
}

cx_as_user()
{
	if [ "$(id -u)" != 0 ]; then
		"$@"
	elif cx_have setpriv; then
		HOME=$CX_WORK setpriv --reuid="$CX_USER" --regid="$(id -g "$CX_USER")" \
			--init-groups "$@"
	elif cx_have runuser; then
		HOME=$CX_WORK runuser -u "$CX_USER" -- "$@"
	else
		HOME=$CX_WORK su "$CX_USER" -s /bin/sh -c 'exec "$0" "$@"' -- "$@"
	fi
}

# ---------------------------------------------------------------------------
# Source, build, install
# ---------------------------------------------------------------------------

# Copies what git would track; without git, everything but build products.
# The copy belongs to the unprivileged user, who may not read the original.
cx_copy_source()
{
	mkdir -p "$1"
	if git -c safe.directory="$CX_ROOT" -C "$CX_ROOT" rev-parse \
		--is-inside-work-tree >/dev/null 2>&1; then
		# A file deleted but not yet committed is listed all the same.
		(cd "$CX_ROOT" &&
			git -c safe.directory="$CX_ROOT" ls-files -z -co --exclude-standard |
			perl -0 -ne 'chomp; print "$_\0" if -e $_ || -l $_' |
				tar --null -T - -cf -) | tar -xf - -C "$1"
	else
		(cd "$CX_ROOT" && tar --exclude=.git --exclude='*.o' --exclude='*.bc' \
			--exclude='*.so' --exclude='*.dylib' --exclude=tmp_check \
			--exclude=results -cf - .) | tar -xf - -C "$1"
	fi
	if [ "$(id -u)" = 0 ]; then
		chown -R "$CX_USER" "$1"
	fi
}

# Copies the whole installation, under the same path below DIR, so that
# PostgreSQL finds its own files there: it looks for them relative to the
# program that runs.  What is installed for a test then never reaches the
# machine's own PostgreSQL.
cx_private_pg()
{
	local dir=$1 kind path program real=$PG_CONFIG

	for kind in pkglibdir sharedir; do
		path=$("$real" --$kind)
		mkdir -p "$dir$path"
		cp -R "$path/." "$dir$path"
	done
	# The programs by name: some systems keep them in /usr/bin itself.
	path=$("$real" --bindir)
	mkdir -p "$dir$path"
	for program in "$path"/pg_* "$path"/pgbench "$path"/postgres \
		"$path"/initdb "$path"/psql "$path"/createdb "$path"/dropdb \
		"$path"/createuser "$path"/dropuser "$path"/vacuumdb; do
		if [ -x "$program" ]; then
			cp "$program" "$dir$path/"
		fi
	done
	for kind in includedir pkgincludedir includedir-server libdir; do
		path=$("$real" --$kind)
		if [ -d "$path" ] && [ ! -e "$dir$path" ]; then
			mkdir -p "$(dirname "$dir$path")"
			ln -s "$path" "$dir$path"
		fi
	done
	# pg_config reached through a wrapper or a link is not in bindir itself
	path=$("$real" --bindir)
	if [ ! -x "$dir$path/pg_config" ]; then
		cp "$real" "$dir$path/pg_config"
	fi
	PG_CONFIG=$dir$path/pg_config
	if [ "$("$PG_CONFIG" --bindir)" != "$dir$path" ]; then
		cx_die "this PostgreSQL cannot be copied: $real still points to $path" \
			"Name one that is installed as a whole: PG_CONFIG=/path/to/bin/pg_config"
	fi
	cx_set_pg
	if [ "$(id -u)" = 0 ]; then
		chown -R "$CX_USER" "$dir"
	fi
}

cx_make()
{
	local src=$1 makefile_global clang

	shift
	# The server may have been built with LLVM on a machine that had clang.
	makefile_global=$(dirname "$("$PG_CONFIG" --pgxs)")/../Makefile.global
	if grep -q '^with_llvm *= *yes' "$makefile_global" 2>/dev/null; then
		clang=$(sed -n 's/^CLANG *= *//p' "$makefile_global")
		if ! cx_have "${clang:-clang}"; then
			set -- with_llvm=no "$@"
		fi
	fi
	${CX_MAKE_AS_USER:+cx_as_user} make -s -C "$src" --no-print-directory \
		PG_CONFIG="$PG_CONFIG" "$@"
}

# The directories that make install writes to.
cx_can_install()
{
	[ -w "$("$PG_CONFIG" --pkglibdir)" ] &&
		[ -w "$("$PG_CONFIG" --sharedir)/extension" ]
}

cx_can_sudo()
{
	cx_have sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }
}

cx_install()
{
	if cx_can_install; then
		cx_make "$1" install
	else
		sudo env PATH="$PATH" make -C "$1" --no-print-directory \
			PG_CONFIG="$PG_CONFIG" install
	fi
}

# ---------------------------------------------------------------------------
# The private server
# ---------------------------------------------------------------------------

# Makes the private cluster, once; another one for each value of CX_SERVER.  One that is thrown away needs no fsync.
# The locale is fixed, so that sorting and messages are the same everywhere.
cx_initdb()
{
	CX_SERVER_DATA=$CX_WORK/data$CX_SERVER
	if [ ! -f "$CX_SERVER_DATA/cx.conf" ]; then
		cx_as_user "$CX_PG_BINDIR/initdb" -D "$CX_SERVER_DATA" -U postgres \
			-A trust -N -E UTF8 --no-locale >"$CX_WORK/initdb.log" 2>&1 || {
			cat "$CX_WORK/initdb.log" >&2
			CX_SERVER_DATA=
			cx_die "initdb failed"
		}
		echo "include 'cx.conf'" >>"$CX_SERVER_DATA/postgresql.conf"
	fi
	# The port only names the socket's file; no TCP port is opened.
	PGPORT=$((40000 + $$ % 20000 + CX_SERVER))
	{
		echo "listen_addresses = ''"
		echo "unix_socket_directories = '$CX_WORK'"
		echo "port = $PGPORT"
		echo "fsync = off"
		echo "synchronous_commit = off"
		echo "full_page_writes = off"
		echo "shared_buffers = 256MB"
		echo "max_wal_size = 4GB"
		for setting in "$@"; do
			echo "$setting"
		done
	} >"$CX_SERVER_DATA/cx.conf"
	export PGHOST=$CX_WORK PGPORT PGUSER=postgres
	unset PGDATABASE PGSERVICE PGHOSTADDR PGPASSWORD PGOPTIONS PGPASSFILE \
		PGSSLMODE PGTZ PGDATESTYLE PGCLIENTENCODING PSQLRC 2>/dev/null || true
}

cx_server_start()
{
	cx_initdb "$@"
	cx_as_user "$CX_PG_BINDIR/pg_ctl" -D "$CX_SERVER_DATA" \
		-l "$CX_SERVER_DATA.log" -w -t 60 start >"$CX_WORK/pg_ctl.log" 2>&1 || {
		tail -n 20 "$CX_SERVER_DATA.log" >&2
		cx_die "the private server did not start"
	}
}

cx_server_stop()
{
	if [ -n "$CX_SERVER_DATA" ]; then
		cx_stop "$CX_SERVER_DATA"
	fi
	CX_SERVER_DATA=
}

# Stops whatever server runs in a data directory.
cx_stop()
{
	if [ -f "$1/postmaster.pid" ]; then
		cx_as_user "$CX_PG_BINDIR/pg_ctl" -D "$1" -m immediate -w -t 30 stop \
			>/dev/null 2>&1 || true
	fi
}

cx_psql()
{
	"$CX_PG_BINDIR/psql" -X -q -v ON_ERROR_STOP=1 "$@"
}
