# shellcheck shell=bash
# shellcheck disable=SC2012,SC2034
#
# script/lib.sh: what script/demo, script/test and script/bootstrap share.
#
# It finds PostgreSQL, makes a private copy of it, builds and installs the
# extension, and runs a throw-away server.  To be sourced by bash, not run.
#
#   cx_find_pg               sets PG_CONFIG and the CX_PG_* names, or fails
#   cx_workdir NAME [MB]     makes CX_WORK, a temporary directory with that much space
#   cx_copy_source DIR       copies this checkout (no build products) to DIR
#   cx_private_pg DIR        copies PostgreSQL to DIR and points PG_CONFIG there
#   cx_make SRC ARGS...      make in SRC against PG_CONFIG
#   cx_install SRC           make install, with sudo when that is needed
#   cx_server_start [SETTING...]  a private server in CX_WORK; exports PGHOST ...
#   cx_server_stop           stops it
#   cx_as_user CMD...        runs CMD as the server's user (never as root)
#   cx_run CMD...            runs CMD so that an interrupt ends it at once
#   cx_cleanup               stops and removes all of it; runs by itself on exit
#   cx_fixed_locale          the same language and encoding on every machine
#   cx_no_silent_end         a command that fails under set -e is named
#
# Nothing here touches a server that was running before: the private one
# listens on no TCP port, keeps its socket and its data in CX_WORK, and is
# stopped through its own data directory.

CX_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
CX_MIN_MAJOR=15
CX_MAX_MAJOR=19

# Where the machine's own files are; test/states.pl has fake machines below
# other directories.
CX_SYSROOT=${CX_SYSROOT:-}

# What is made here is read by the server, which may be another user, and
# installed for all.  Private is the directory around it.
CX_UMASK=$(umask)
umask 022

CX_WORK=
CX_SERVER_DATA=
CX_SERVER=0
CX_KEEP=

# Another directory whose servers are stopped at the end.
CX_SERVERS_TOO=

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

# A program whose output is read says it in English.
cx_in_english()
{
	LC_ALL=C "$@"
}

# One locale for all that is started, in which UTF-8 is text: what the tests
# compare is neither translated nor sorted by the language of the machine.
cx_fixed_locale()
{
	unset LC_ALL LC_CTYPE LC_COLLATE LC_MESSAGES LC_MONETARY LC_NUMERIC LC_TIME LANGUAGE
	export LANG=C
	case " $(locale -a 2>/dev/null | tr '\n' ' ') " in
		*" C.UTF-8 "* | *" C.utf8 "*) LANG=C.UTF-8 ;;
	esac
}

# A script that ends because a command failed (set -e) says which.
cx_no_silent_end()
{
	set -E
	trap 'cx_unexpected $? $LINENO "$BASH_COMMAND"' ERR
}

cx_unexpected()
{
	if [ "$BASH_SUBSHELL" = 0 ]; then
		printf '\nerror: %s stopped with exit status %s\n  line %s: %s\n' \
			"${0##*/}" "$1" "$2" "$3" >&2
	fi
}

# What the environment asks for must be possible.
cx_check_environment()
{
	case ${PG_MAJOR:-$CX_MIN_MAJOR} in
		0* | *[!0-9]*)
			cx_die "PG_MAJOR=$PG_MAJOR is no major version of PostgreSQL" \
				"It is one number, $CX_MIN_MAJOR or more: PG_MAJOR=$CX_MIN_MAJOR $0"
			;;
	esac
	if [ "${PG_MAJOR:-$CX_MIN_MAJOR}" -lt $CX_MIN_MAJOR ]; then
		cx_die "PG_MAJOR=$PG_MAJOR is too old" \
			"cx_metrics needs PostgreSQL $CX_MIN_MAJOR or later."
	fi
}
cx_check_environment

# ---------------------------------------------------------------------------
# Finding PostgreSQL
# ---------------------------------------------------------------------------

# The major version of the PostgreSQL behind a pg_config, e.g. 15.
cx_pg_major()
{
	"$1" --version 2>/dev/null |
		sed -n 's/^PostgreSQL \([0-9][0-9]*\).*/\1/p'
}

# The major version that a directory of server headers is of.
cx_header_major()
{
	cat "$1"/pg_config*.h 2>/dev/null |
		sed -n 's/^#define PG_MAJORVERSION "\([0-9][0-9]*\)".*/\1/p'
}

# Why a pg_config cannot be used; prints nothing when it can.  That pg_config
# and pgxs.mk are there says nothing of the headers or of the server: Debian's
# packages of the client have both.
cx_pg_lacks()
{
	local config=$1 major bindir include pgxs tool other

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
	include=$("$config" --includedir-server 2>/dev/null) || include=
	if [ ! -f "$include/postgres.h" ]; then
		echo "the server headers of PostgreSQL $major are missing (${include:-includedir-server}/postgres.h)"
		return
	fi
	other=$(cx_header_major "$include")
	if [ -n "$other" ] && [ "$other" != "$major" ]; then
		echo "the server headers in $include are of PostgreSQL $other, and $config of $major"
		return
	fi
	pgxs=$("$config" --pgxs 2>/dev/null) || pgxs=
	if [ ! -f "$pgxs" ] || [ ! -f "$(dirname "$pgxs")/../Makefile.global" ]; then
		echo "PGXS of PostgreSQL $major is missing (${pgxs:-pgxs.mk} and ../Makefile.global)"
		return
	fi
	bindir=$("$config" --bindir)
	for tool in postgres initdb pg_ctl psql; do
		if [ ! -x "$bindir/$tool" ]; then
			echo "$tool of PostgreSQL $major is missing from $bindir"
			return
		fi
	done
	other=$("$bindir/postgres" --version 2>/dev/null |
		sed -n 's/^postgres (PostgreSQL) \([0-9][0-9]*\).*/\1/p')
	if [ "$other" != "$major" ]; then
		echo "$bindir/postgres is of PostgreSQL ${other:-unknown version}, and $config of $major"
	fi
}

# Sets PG_CONFIG to the one to use.  The user's PG_CONFIG is law; otherwise
# the one in PATH, then the newest in the places the packagers use, passing over
# what is incomplete.
cx_find_pg()
{
	local candidate lacks first=

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

	for candidate in "$(command -v pg_config 2>/dev/null)" $(cx_packaged_pg_configs); do
		[ -n "$candidate" ] || continue
		lacks=$(cx_pg_lacks "$candidate")
		if [ -z "$lacks" ]; then
			PG_CONFIG=$candidate
			cx_set_pg
			return 0
		fi
		first=${first:-$lacks}
	done
	CX_PG_PROBLEM="no PostgreSQL ${PG_MAJOR:-$CX_MIN_MAJOR or later} with its server headers was found"
	if [ -n "$first" ]; then
		CX_PG_PROBLEM="$CX_PG_PROBLEM; $first"
	fi
	return 1
}

cx_packaged_pg_configs()
{
	ls -d "$CX_SYSROOT"/usr/lib/postgresql/*/bin/pg_config \
		"$CX_SYSROOT"/usr/pgsql-*/bin/pg_config \
		"$CX_SYSROOT"/opt/homebrew/opt/postgresql*/bin/pg_config \
		"$CX_SYSROOT"/usr/local/opt/postgresql*/bin/pg_config \
		"$CX_SYSROOT"/usr/local/pgsql/bin/pg_config 2>/dev/null | sort -rV
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

# Why the work cannot be below a directory; prints nothing when it can.
# make knows no path with a space in it, and postgresql.conf none with a quote.
cx_path_lacks()
{
	local LC_ALL=C

	# A socket's path must be shorter than about 100 bytes.
	if [ "$1" != "${1//[!A-Za-z0-9_.\/+=@-]/}" ]; then
		echo "make cannot take every character of its name"
	elif [ ${#1} -gt 50 ]; then
		echo "its name has more than 50 bytes, which is too long for a socket below it"
	elif [ ! -d "$1" ]; then
		echo "it is no directory"
	fi
}

# Why a new directory cannot hold the work of so many MB.
cx_dir_lacks()
{
	local dir=$1 need=$2 free

	if ! printf '#!/bin/sh\nexit 0\n' 2>/dev/null >"$dir/probe"; then
		echo "it is full"
		return
	fi
	chmod 755 "$dir/probe"
	if ! "$dir/probe" 2>/dev/null; then
		echo "no program can be run in it (mounted noexec)"
		return
	fi
	rm -f "$dir/probe"
	if ! CX_WORK=$dir cx_as_user test -w "$dir"; then
		echo "the user $CX_USER, who runs the server, cannot enter it"
		return
	fi
	free=$(df -Pk "$dir" 2>/dev/null | sed -n '2s/.* \([0-9][0-9]*\)  *[0-9][0-9]*% .*/\1/p')
	if [ -n "$free" ] && [ $((free / 1024)) -lt "$need" ]; then
		echo "it has $((free / 1024)) MB free, and $need MB are needed"
	fi
}

# Makes CX_WORK below TMPDIR, or where that does not do in /tmp or /var/tmp.
# What is started from here on has its temporary files there too.
cx_workdir()
{
	local name=$1 need=${2:-300} base why rejected=()

	# What the traps say must reach the person, wherever a step's output goes.
	exec 9>&2
	trap cx_cleanup EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	cx_choose_user
	for base in "${TMPDIR:-/tmp}" /tmp /var/tmp; do
		base=${base%/}
		why=$(cx_path_lacks "$base")
		if [ -z "$why" ]; then
			CX_WORK=$(mktemp -d "$base/cx_metrics-$name.XXXXXX" 2>/dev/null) ||
				why="it cannot be written to"
		fi
		if [ -z "$why" ]; then
			CX_WORK=$(cd "$CX_WORK" && pwd -P)
			if [ "$CX_USER" != "$(id -un)" ]; then
				chown "$CX_USER" "$CX_WORK"
			fi
			why=$(cx_dir_lacks "$CX_WORK" "$need")
			[ -n "$why" ] || break
			rm -rf "$CX_WORK"
		fi
		CX_WORK=
		case " ${rejected[*]-} " in
			*" $base: "*) ;;
			*) rejected+=("$base: $why") ;;
		esac
	done
	if [ -z "$CX_WORK" ]; then
		cx_die "there is no place for temporary files" "${rejected[@]}" \
			"Name a directory: TMPDIR=/directory $0"
	fi
	for why in "${rejected[@]+"${rejected[@]}"}"; do
		cx_say "not used for temporary files: $why; ${CX_WORK%/*} is" >&2
	done
	export TMPDIR=$CX_WORK
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
			find "$CX_WORK" ${CX_SERVERS_TOO:+"$CX_SERVERS_TOO"} -name postmaster.pid 2>/dev/null |
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
	# in the official image of Docker it is a link to a file of another directory
	path=$("$real" --sharedir)/postgresql.conf.sample
	if [ -L "$path" ]; then
		rm "$dir$path"
		cp "$path" "$dir$path"
	fi
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

# Whether a C compiler has the C library's headers, which come apart from it on
# Debian.
cx_can_compile()
{
	local cc=${1:-gcc}

	# without its options; the first word is the program
	"${cc%% *}" -fsyntax-only -include stdio.h -include math.h -x c /dev/null >/dev/null 2>&1
}

# What Makefile.global says of a name.
cx_pg_make_value()
{
	sed -n "s/^$1[[:space:]]*=[[:space:]]*//p" \
		"$(dirname "$("$PG_CONFIG" --pgxs)")/../Makefile.global" 2>/dev/null
}

# Whether bitcode for JIT can be made: the server may have been built with LLVM
# on another machine, which had clang.
cx_lacks_llvm()
{
	local clang lto

	[ "$(cx_pg_make_value with_llvm)" = yes ] || return 1
	clang=$(cx_pg_make_value CLANG)
	lto=$(cx_pg_make_value LLVM_BINPATH)
	! cx_can_compile "${clang:-clang}" || ! cx_have "${lto:+$lto/}llvm-lto"
}

cx_make()
{
	local src=$1

	shift
	if cx_lacks_llvm; then
		set -- with_llvm=no "$@"
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
	local llvm=

	if cx_can_install; then
		cx_make "$1" install
	else
		! cx_lacks_llvm || llvm=with_llvm=no
		sudo env PATH="$PATH" make -C "$1" --no-print-directory \
			PG_CONFIG="$PG_CONFIG" ${llvm:+"$llvm"} install
	fi
}

# The version of cx_metrics that is installed in this PostgreSQL, or nothing.
cx_installed_version()
{
	local control version

	control=$("$PG_CONFIG" --sharedir)/extension/cx_metrics.control
	if [ -e "$("$PG_CONFIG" --pkglibdir)/cx_metrics.so" ] || [ -e "$control" ]; then
		version=$(sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" "$control" 2>/dev/null) || true
		echo "${version:-of an unknown version}"
	fi
}

# ---------------------------------------------------------------------------
# A database of one's own
# ---------------------------------------------------------------------------

# Prints the commands that lead from an installed extension to a first result,
# for the machine as it is: Debian's packages have clusters, which here may not
# exist, may not run, or may not know this user.
cx_next_steps()
{
	local me cluster='' state='' port='' psql='psql -d company'

	me=$(id -un)
	case $CX_PG_BINDIR in
		"$CX_SYSROOT"/usr/lib/postgresql/*) cx_have pg_lsclusters && cluster=none ;;
	esac
	if [ -z "$cluster" ]; then
		echo "createdb company"
	else
		read -r cluster state port <<<"$(cx_debian_cluster)"
		# Debian's programs refuse to work in a locale that is not there.
		cx_good_locale "${cluster:-none}" || echo "export LC_ALL=C.UTF-8"
		if [ -z "$cluster" ]; then
			cluster=main
			echo "$(cx_sudo)pg_createcluster --start $CX_PG_MAJOR main"
		elif [ "$state" != online ]; then
			echo "$(cx_sudo)pg_ctlcluster $CX_PG_MAJOR $cluster start"
		fi
		if [ "$state" != online ] || ! cx_has_role "$port"; then
			echo "$(cx_sudo -u postgres)createuser --cluster $CX_PG_MAJOR/$cluster --createdb $me"
		fi
		echo "createdb --cluster $CX_PG_MAJOR/$cluster company"
		psql="psql --cluster $CX_PG_MAJOR/$cluster -d company"
	fi
	echo "$psql -c 'CREATE EXTENSION cx_metrics' -c 'SELECT nps_agg(score) FROM (VALUES (10), (9), (3)) AS answers(score)'"
}

# The first cluster of this major version that runs, else the first of it: its
# name, state and port.
cx_debian_cluster()
{
	cx_in_english pg_lsclusters -h 2>/dev/null | awk -v major="$CX_PG_MAJOR" '
		$1 == major { print ($4 ~ /^online/ ? 0 : 1), $2, ($4 ~ /^online/ ? "online" : "down"), $3 }' |
		sort -s -n -k 1,1 | sed -n '1s/^. //p'
}

# Whether this user may make a database in the server of a port.
cx_has_role()
{
	[ "$(env -u PGHOST -u PGUSER -u PGDATABASE -u PGSERVICE -u PGOPTIONS \
		"$CX_PG_BINDIR/psql" -X -w -A -t -h /var/run/postgresql -p "$1" -d template1 -c \
		'SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user' 2>/dev/null)" = t ]
}

# Whether the environment names a locale, and one that is there, and with UTF-8
# if a cluster is to be made: of one with another encoding there is no use.
cx_good_locale()
{
	[ -z "$(locale 2>&1 >/dev/null)" ] || return 1
	[ "$1" != none ] || [ "$(locale charmap 2>/dev/null)" = UTF-8 ]
}

# What goes before a command that root, or with -u another user, must run.
cx_sudo()
{
	if [ "$(id -u)" != 0 ]; then
		echo "sudo ${*:+$* }"
	elif [ $# -gt 0 ]; then
		echo "runuser -u $2 -- "
	fi
}

# ---------------------------------------------------------------------------
# The private server
# ---------------------------------------------------------------------------

# Makes the private cluster, once; another one for each value of CX_SERVER.  One
# that is thrown away needs no fsync, and without it a checkpoint costs little:
# so the write-ahead log is kept small, which is most of the space.  The encoding
# and the locale are fixed, so that sorting and messages are the same everywhere.
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
		echo "max_wal_size = 64MB"
		echo "min_wal_size = 32MB"
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
