#!/usr/bin/env perl
#
# Prints TAP: what the scripts do on machines that are not as they should be.
#
# Each machine is a directory: what its packages put into /usr is below root/
# (CX_SYSROOT), and bin/ is all of its PATH, with links to this machine's tools
# and stand-ins for apt-get, apt-cache, gcc, make, id and sudo.  Nothing is
# installed and nothing of this machine is changed.  What needs a real server
# takes the one that PG_CONFIG names.

use strict;
use warnings;
use Cwd qw(abs_path);
use File::Temp ();
use FindBin;
use Test::More;

my $checkout = abs_path("$FindBin::RealBin/..");
# Paths must be short for some of it.
my ($place) = grep { -d && -w _ } '/tmp', '/var/tmp', $ENV{TMPDIR} // ();
my $tmp = File::Temp->newdir('cx_states-XXXXXX', DIR => $place);
chmod 0755, $tmp;
# What is built in the checkout meanwhile is of no concern here.
my $source = "$tmp/cx";
system("mkdir '$source' && cd '$checkout' && cp -R script debian demo cx_metrics.control '$source/'") == 0 or die "cannot copy the scripts\n";
$SIG{$_} = sub { exit 1 } for 'HUP', 'INT', 'TERM';

sub write_file
{
	my ($name, $text, $mode) = @_;

	open my $file, '>', $name or die "cannot write $name: $!\n";
	print $file $text;
	close $file or die "cannot write $name: $!\n";
	chmod $mode, $name if defined $mode;
	return;
}

sub slurp
{
	my ($name) = @_;

	open my $file, '<', $name or return '';
	local $/;
	return <$file> // '';
}

# ---------------------------------------------------------------------------
# A machine
# ---------------------------------------------------------------------------

my @tools = qw(awk basename bash cat chmod chown cp cut date df dirname env expr find getconf
  grep head ls ln mkdir mktemp mv perl printf readlink rm runuser sed setpriv sh sleep sort su tail tar tee test
  touch tr true false uname wc);

my %program = (
	# packages put their files below root/; what a package does is what of Debian's
	# the scripts look at
	'install-package' => <<'END',
r=$M/root pg=$M/root/usr/lib/postgresql n=${1##*-}
program() { mkdir -p "$(dirname "$1")"; { echo '#!/bin/sh'; cat; } >"$1"; chmod 755 "$1"; }
client()
{
	mkdir -p $pg/$n/lib/pgxs/src/makefiles
	touch $pg/$n/lib/pgxs/src/makefiles/pgxs.mk
	printf 'with_llvm = yes\nCLANG = clang-14\nLLVM_BINPATH = %s/llvm/bin\n' $M >$pg/$n/lib/pgxs/src/Makefile.global
	echo : | program $pg/$n/bin/psql
	pg_config $pg/$n/bin/pg_config
}
pg_config()
{
	program $1 <<SH
case \$1 in
	--version) echo "PostgreSQL $n.4 (Debian $n.4-1)" ;;
	--pgxs) echo $pg/$n/lib/pgxs/src/makefiles/pgxs.mk ;;
	--bindir) echo $pg/$n/bin ;;
	--includedir-server) echo $r/usr/include/postgresql/$n/server ;;
	--pkglibdir) echo $pg/$n/lib ;;
	--sharedir) echo $r/usr/share/postgresql/$n ;;
esac
SH
}
case $1 in
	postgresql-server-dev-all) touch $M/build-depends ;;
	build-essential) echo "[ -e $M/build-depends ]" | program $M/bin/dpkg-checkbuilddeps ;;
	postgresql-server-dev-*)
		client
		mkdir -p $r/usr/include/postgresql/$n/server
		touch $r/usr/include/postgresql/$n/server/postgres.h
		echo "#define PG_MAJORVERSION \"$n\"" >$r/usr/include/postgresql/$n/server/pg_config.h
		;;
	postgresql-client-*) client ;;
	postgresql-common)
		mkdir -p $r/etc/postgresql-common
		echo '# as installed' >$r/etc/postgresql-common/createcluster.conf
		;;
	postgresql-*-cron) ;;
	postgresql-*)
		client
		mkdir -p $r/usr/share/postgresql/$n/extension
		for tool in initdb pg_ctl; do echo : | program $pg/$n/bin/$tool; done
		echo "echo 'postgres (PostgreSQL) $n.4 (Debian $n.4-1)'" | program $pg/$n/bin/postgres
		grep -qs '^create_main_cluster = false' $r/etc/postgresql-common/createcluster.conf ||
			echo $n >>$M/clusters
		;;
	libpq-dev) n=15; pg_config $M/bin/pg_config ;;
	libc6-dev) touch $M/libc6-dev ;;
	gcc)
		echo "[ -e $M/libc6-dev ] || { echo 'stdio.h: No such file or directory' >&2; exit 1; }" | program $M/bin/gcc
		;;
	make) echo 'echo "make $*"; exit ${FAKE_MAKE:-0}' | program $M/bin/make ;;
	clang-14) echo '[ ! -e $M/clang-broken ]' | program $M/bin/clang-14 ;;
	llvm-14) echo : | program $M/llvm/bin/llvm-lto ;;
	gnuplot-nox) echo : | program $M/bin/gnuplot ;;
esac
END
	'apt-get' => <<'END',
[ "$(id -u)" = 0 ] || { echo 'E: Could not open lock file /var/lib/apt/lists/lock - open (13: Permission denied)'; exit 100; }
any= action= packages=
while [ $# -gt 0 ]; do
	case $1 in
		-o) case $2 in APT::Update::Error-Mode=any) any=1 ;; esac; shift ;;
		-*) ;;
		update | install) action=$1 ;;
		*) packages="$packages $1" ;;
	esac
	shift
done
case $action in
	update)
		if [ -e $M/no-network ] || [ -e $M/broken-source ]; then
			[ -e $M/no-network ] || cp $M/sources $M/lists
			echo 'W: Failed to fetch http://example.invalid/debian/dists/bookworm/InRelease  Could not resolve'
			[ -n "$any" ] || exit 0
			echo 'E: Some index files failed to download.'
			exit 100
		fi
		cp $M/sources $M/lists
		;;
	install)
		for package in $packages; do
			grep -qsx "$package" $M/lists || { echo "E: Unable to locate package $package"; exit 100; }
		done
		[ ! -e $M/no-network ] || { echo 'E: Unable to fetch some archives'; exit 100; }
		for package in $packages; do
			"$(command -v install-package)" $package || exit 100
			echo $package >>$M/installed
		done
		;;
esac
END
	'apt-cache' => <<'END',
case $1 in
	show) grep -qsx "$2" $M/lists || { echo 'E: No packages found' >&2; exit 100; } ;;
	pkgnames) grep -s "^$2" $M/lists ;;
	depends)
		grep -qsx "$2" $M/lists || { echo 'E: No packages found' >&2; exit 100; }
		word=Depends
		case ${LC_ALL:-${LC_MESSAGES:-${LANG:-C}}} in
			C | POSIX) ;;
			*) case ${LANGUAGE:-}${LC_ALL:-${LC_MESSAGES:-$LANG}} in *ko*) word=의존 ;; esac ;;
		esac
		echo "$2"
		echo "  $word: postgresql-15"
		;;
esac
END
	'id' => <<'END',
uid=${FAKE_UID:-$(cat $M/uid)}
case $1 in
	-u) echo $uid ;;
	-un) if [ $uid = 0 ]; then echo root; else echo mina; fi ;;
	-g) echo 65534 ;;
	*) exit 1 ;;
esac
END
);
$program{sudo} = <<'END';
[ "$1" != -n ] || shift
[ "$1" != -v ] || exit 0
FAKE_UID=0 exec "$@"
END

my @of_debian_12 = qw(build-essential debhelper gcc gnuplot-nox libc6-dev make postgresql postgresql-15
  postgresql-client-15 postgresql-common postgresql-server-dev-15 postgresql-server-dev-all);
my @builds = qw(gcc libc6-dev make gnuplot-nox);

my $machines = 0;

# What is given: has (packages), sources (packages), user (root, sudo or user),
# and facts of the machine, which are files in its directory.
sub machine
{
	my (%is) = @_;
	my $m = "$tmp/m" . ++$machines;

	mkdir $_ for $m, "$m/bin", "$m/root", "$m/root/etc";
	for my $tool (@tools)
	{
		my ($path) = grep { -x } map { "$_/$tool" } split /:/, $ENV{PATH};

		symlink $path, "$m/bin/$tool" if defined $path;
	}
	for my $name (keys %program)
	{
		next if $name eq 'sudo' && ($is{user} // '') ne 'sudo';
		write_file("$m/bin/$name", "#!/bin/sh\nM=$m\n$program{$name}", 0755);
	}
	write_file("$m/uid", ($is{user} // 'root') eq 'root' ? 0 : 1000);
	write_file("$m/sources", join '', map { "$_\n" } @{ $is{sources} // \@of_debian_12 });
	write_file("$m/lists", slurp("$m/sources")) if $is{lists};
	write_file("$m/root/etc/os-release", $is{os} // qq{PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n});
	for my $package (@{ $is{has} // [] })
	{
		system("PATH=$m/bin M=$m $m/bin/install-package $package") == 0 or die "cannot install $package\n";
	}
	unlink "$m/clusters";
	write_file("$m/$_", '') for @{ $is{facts} // [] };
	return $m;
}

# Runs bash on a machine; gives the exit status and all that was printed.
sub on
{
	my ($m, $environment, @command) = @_;
	my %env = (PATH => "$m/bin", M => $m, CX_SYSROOT => "$m/root", HOME => "$m/root", TMPDIR => $tmp, %$environment);
	my $pid = open my $out, '-|';

	die "cannot fork: $!\n" unless defined $pid;
	if ($pid == 0)
	{
		%ENV = %env;
		open STDERR, '>&', \*STDOUT;
		open STDIN, '<', '/dev/null';
		chdir $m;
		exec { '/bin/sh' } 'sh', '-c', 'exec "$0" "$@"', @command or exit 127;
	}
	local $/;
	my $text = <$out> // '';
	close $out;
	return ($? >> 8, $text);
}

# What a shell that has read script/lib.sh prints.
sub lib
{
	my ($m, $environment, $code) = @_;

	return on($m, $environment, 'bash', '-c', qq{set -euo pipefail; . "$source/script/lib.sh"; $code});
}

# ---------------------------------------------------------------------------
# script/bootstrap: the table of states
# ---------------------------------------------------------------------------

# A state of the machine; what is installed in it; the major version that is used
# then.  Where there is none, the script fails and says so.
my @states = (
	{ name => 'nothing at all', installs => 'gcc libc6-dev make postgresql-15 postgresql-server-dev-15', major => 15 },
	{ name => 'nothing, and a user with sudo', user => 'sudo',
		installs => 'gcc libc6-dev make postgresql-15 postgresql-server-dev-15', major => 15 },
	{ name => 'everything', has => [ @builds, 'postgresql-15', 'postgresql-server-dev-15' ], major => 15, silent => 1 },
	{ name => 'server and client, no headers', has => [ @builds, 'postgresql-15' ],
		installs => 'postgresql-server-dev-15', major => 15, says => qr/the server headers of PostgreSQL 15 are missing/ },
	{ name => 'headers, no server', has => [ @builds, 'postgresql-server-dev-15' ],
		installs => 'postgresql-15 postgresql-server-dev-15', major => 15, says => qr/postgres of PostgreSQL 15 is missing/ },
	{ name => 'client only', has => [ @builds, 'postgresql-client-15' ],
		installs => 'postgresql-15 postgresql-server-dev-15', major => 15 },
	{ name => q{libpq's pg_config only}, has => [ @builds, 'libpq-dev' ],
		installs => 'postgresql-15 postgresql-server-dev-15', major => 15 },
	{ name => 'server and headers of two majors', has => [ @builds, 'postgresql-15', 'postgresql-server-dev-16' ],
		installs => 'postgresql-server-dev-15', major => 15 },
	{ name => 'a newer major without headers beside a complete one',
		has => [ @builds, 'postgresql-15', 'postgresql-server-dev-15', 'postgresql-16' ], major => 15, silent => 1 },
	{ name => 'a newer client beside a complete one',
		has => [ @builds, 'postgresql-15', 'postgresql-server-dev-15', 'postgresql-client-17' ], major => 15, silent => 1 },
	{ name => 'a server whose headers no source has', has => [ @builds, 'postgresql-16' ],
		installs => 'postgresql-15 postgresql-server-dev-15', major => 15 },
	{ name => 'one that is too old', has => [ @builds, 'postgresql-14', 'postgresql-server-dev-14' ],
		installs => 'postgresql-15 postgresql-server-dev-15', major => 15 },
	{ name => q{a compiler without the C library's headers}, has => [ qw(gcc make postgresql-15 postgresql-server-dev-15) ],
		installs => 'libc6-dev', major => 15, says => qr/the C library's headers for gcc/ },
	{ name => 'no compiler', has => [ qw(make postgresql-15 postgresql-server-dev-15) ], installs => 'gcc libc6-dev', major => 15 },
	{ name => 'PG_MAJOR of another version that is there',
		has => [ @builds, 'postgresql-15', 'postgresql-server-dev-15', 'postgresql-16', 'postgresql-server-dev-16' ],
		env => { PG_MAJOR => 15 }, major => 15, silent => 1 },
	{ name => 'PG_MAJOR of a version that no source has', has => \@builds, env => { PG_MAJOR => 17 },
		says => qr/sources of Debian GNU\/Linux 12 \(bookworm\) have no PostgreSQL 17.*They have 15: PG_MAJOR=15/s },
	{ name => 'PG_CONFIG of a client only', has => [ @builds, 'postgresql-client-15' ], pg_config => 15,
		says => qr/PG_CONFIG=.* cannot be used: the server headers of PostgreSQL 15 are missing/ },
	{ name => 'PG_CONFIG that is none', has => \@builds, env => { PG_CONFIG => '/none/pg_config' }, says => qr/cannot be run/ },
	{ name => 'headers of another major where those of this one belong', has => [ @builds, 'postgresql-15', 'postgresql-server-dev-15' ],
		before => q{echo '#define PG_MAJORVERSION "16"' >$M/root/usr/include/postgresql/15/server/pg_config.h},
		pg_config => 15, says => qr/headers in .* are of PostgreSQL 16, and .* of 15/ },
	{ name => 'a server of another major where this one belongs', has => [ @builds, 'postgresql-15', 'postgresql-server-dev-15' ],
		before => q{echo 'echo "postgres (PostgreSQL) 16.4"' >$M/root/usr/lib/postgresql/15/bin/postgres},
		pg_config => 15, says => qr/postgres is of PostgreSQL 16, and .* of 15/ },
	{ name => 'a translated locale', env => { LANG => 'ko_KR.UTF-8', LANGUAGE => 'ko' }, has => \@builds,
		installs => 'postgresql-15 postgresql-server-dev-15', major => 15 },
	{ name => 'no network and no package lists', facts => ['no-network'],
		says => qr/Could not resolve.*apt-get update failed, and left no package lists/s },
	{ name => 'no network, and old package lists', facts => ['no-network'], lists => 1,
		says => qr/going on with the lists.*Could not resolve.*apt-get could not install/s },
	{ name => 'empty sources', sources => [], says => qr/apt-get update left no package lists/ },
	{ name => 'one of several sources out of reach', facts => ['broken-source'], has => \@builds,
		installs => 'postgresql-15 postgresql-server-dev-15', major => 15, says => qr/going on with the lists/ },
	{ name => 'no PostgreSQL in the sources', has => \@builds, sources => [ 'gcc', 'make' ],
		says => qr/no PostgreSQL 15 or later with headers.*They have none at all/s },
	{ name => 'no sudo and no package lists', user => 'user',
		says => qr/needs root.*apt-get update && apt-get install -y .*gcc libc6-dev make postgresql-NN postgresql-server-dev-NN.*NN is a major version/s },
	{ name => 'no sudo, with package lists', user => 'user', lists => 1,
		says => qr/needs root(?s:.*)apt-get install -y .*gcc libc6-dev make postgresql-15 postgresql-server-dev-15$/m },
	{ name => 'no sudo, and only the headers are missing', user => 'user', has => [ @builds, 'postgresql-15' ],
		says => qr/apt-get install -y --no-install-recommends postgresql-server-dev-15$/m },
	{ name => 'not Debian', os => "ID=fedora\n", says => qr/not Debian or Ubuntu, so nothing was installed/ },
	{ name => 'the demo without gnuplot', arguments => ['--demo'], has => [ qw(gcc libc6-dev make postgresql-15 postgresql-server-dev-15) ],
		installs => 'gnuplot-nox', major => 15 },
	{ name => 'the demo without gnuplot, a network and package lists', arguments => ['--demo'], facts => ['no-network'],
		has => [ qw(gcc libc6-dev make postgresql-15 postgresql-server-dev-15) ], major => 15,
		says => qr/going on without \(apt-get update left no package lists/ },
	{ name => 'the demo without gnuplot and a network, and old package lists', arguments => ['--demo'], facts => ['no-network'], lists => 1,
		has => [ qw(gcc libc6-dev make postgresql-15 postgresql-server-dev-15) ], major => 15,
		says => qr/going on without \(apt-get could not install gnuplot-nox: Unable to fetch/ },
	{ name => 'the same in CI', arguments => ['--demo'], facts => ['no-network'], lists => 1, env => { CI => 'true' },
		has => [ qw(gcc libc6-dev make postgresql-15 postgresql-server-dev-15) ],
		says => qr/apt-get could not install gnuplot-nox/ },
	{ name => 'the package without dpkg-dev', arguments => ['--package'], has => [ @builds, 'postgresql-15', 'postgresql-server-dev-15' ],
		installs => 'build-essential debhelper postgresql-server-dev-all', major => 15 },
	(map {
			{ name => "PG_MAJOR=$_", env => { PG_MAJOR => $_ }, says => qr/PG_MAJOR=\Q$_\E is no major version of PostgreSQL/ }
		} 'abc', '017', '17.2', '-1'),
	{ name => 'PG_MAJOR=9', env => { PG_MAJOR => 9 }, says => qr/PG_MAJOR=9 is too old/ });

for my $state (@states)
{
	my $m = machine(%$state);
	my %env = %{ $state->{env} // {} };
	my $conf = "$m/root/etc/postgresql-common/createcluster.conf";
	my @problems;

	$env{PG_CONFIG} = "$m/root/usr/lib/postgresql/$state->{pg_config}/bin/pg_config" if $state->{pg_config};
	system("M=$m; $state->{before}") if $state->{before};
	my $conf_before = slurp($conf) || "# as installed\n";
	my ($status, $said) = on($m, \%env, "$source/script/bootstrap", @{ $state->{arguments} // [] });
	my $installed = join ' ', grep { $_ ne 'postgresql-common' } split /\n/, slurp("$m/installed");
	my (undef, $used) = lib($m, \%env, 'cx_find_pg && echo $CX_PG_MAJOR || true');

	chomp $used;
	push @problems, "exit status $status" if ($status == 0) != defined $state->{major};
	push @problems, "installed '$installed'" if $installed ne ($state->{installs} // '');
	push @problems, "PostgreSQL '$used' is used" if defined $state->{major} && $used ne $state->{major};
	push @problems, 'no error message' if $status != 0 && $said !~ /^error: .+\n  ./m;
	push @problems, 'something unexpected happened' if $said =~ /stopped with exit status|unbound variable|command not found|syntax error/;
	push @problems, 'what is said' if defined $state->{says} && $said !~ $state->{says};
	push @problems, 'it is not silent' if $state->{silent} && $said ne '';
	push @problems, 'a cluster was made' if -e "$m/clusters";
	push @problems, 'createcluster.conf is changed' if -e $conf && slurp($conf) ne $conf_before;
	ok(!@problems, "bootstrap: $state->{name}") or diag(join("\n", @problems, $said));
}

# What the scripts say before they need a compiler.
{
	my $m = machine(user => 'user', has => [ @builds, 'postgresql-15', 'postgresql-server-dev-15' ]);
	my ($status, $said) = on($m, {}, "$source/script/package", $m);

	ok($status == 1 && $said =~ /apt-get install .*build-essential debhelper postgresql-server-dev-all\n\z/,
		'package: without dpkg-dev and without sudo the packages are named') or diag($said);
	($status, $said) = on($m, {}, "$source/script/package", "$m/none");
	ok($status == 1 && $said =~ /none is no directory/, 'package: a directory that is not there') or diag($said);
	($status, $said) = on($m, {}, "$source/script/demo", '--private', '--install');
	ok($status == 1 && $said =~ /are opposites/, 'demo: --private and --install') or diag($said);
}

# ---------------------------------------------------------------------------
# Bitcode, where the server was built with LLVM
# ---------------------------------------------------------------------------

for my $case ([ 'clang and llvm', [ 'clang-14', 'llvm-14' ], [], 0 ], [ 'no clang', ['llvm-14'], [], 1 ],
	[ 'no llvm', ['clang-14'], [], 1 ], [ 'clang that finds no headers', [ 'clang-14', 'llvm-14' ], ['clang-broken'], 1 ])
{
	my ($name, $has, $facts, $without) = @$case;
	my $m = machine(has => [ @builds, 'postgresql-15', 'postgresql-server-dev-15', @$has ], facts => $facts);

	for my $install ('cx_make . all', 'cx_install .')
	{
		my ($status, $said) = lib($m, {}, "cx_find_pg && $install");

		is($said =~ /with_llvm=no/ ? 1 : 0, $without, "$install: $name") or diag($said);
	}
	next unless $without;
	$m = machine(user => 'sudo', has => [ @builds, 'postgresql-15', 'postgresql-server-dev-15', @$has ], facts => $facts);
	my ($status, $said) = lib($m, {}, 'cx_can_install() { false; }; cx_find_pg && cx_install .');
	like($said, qr/^make .*with_llvm=no/m, "... and with sudo");
}

# ---------------------------------------------------------------------------
# Where the work is done
# ---------------------------------------------------------------------------

# df says of directories whose name has "small" that they have 100 MB.
{
	my $m = machine(user => 'user');
	my $used = sub {
		my ($dir, $code) = @_;
		return lib($m, { TMPDIR => $dir }, ($code // '') . 'cx_choose_user() { CX_USER=$(id -un); }; cx_as_user() { "$@"; }; cx_workdir states 300; echo "in ${CX_WORK%/*} with $TMPDIR"');
	};
	my $deep = "$tmp/" . 'a' x 60;

	unlink "$m/bin/df", "$m/bin/id";
	write_file("$m/bin/df", q{#!/bin/sh
echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'
case $2 in
	*small*) echo "tmpfs 491520 389120 102400 80% $2" ;;
	*) echo "/dev/a name 263174212 16777216 80399260 18% $2" ;;
esac
}, 0755);
	symlink '/usr/bin/id', "$m/bin/id";
	mkdir $_ for "$tmp/good", "$tmp/with space", "$tmp/\xea\xb0\x80", "$tmp/it's", "$tmp/small", $deep;
	write_file("$tmp/file", '');
	my $base = abs_path("$tmp");
	for my $case ([ good => undef ], [ 'with space' => qr/cannot take every character/ ], [ "\xea\xb0\x80" => qr/cannot take every character/ ],
		[ q{it's} => qr/cannot take every character/ ], [ small => qr/has 100 MB free, and 300 MB are needed/ ],
		[ 'a' x 60 => qr/more than 50 bytes/ ], [ none => qr/is no directory/ ], [ file => qr/is no directory/ ])
	{
		my ($name, $why) = @$case;
		my ($status, $said) = $used->("$tmp/$name");
		my $good = defined $why ? $said =~ /^not used for temporary files: \Q$tmp\/$name\E: .*$why.*; \/(?:var\/)?tmp is$/m
		  && $said =~ m{^in /(?:var/)?tmp with /(?:var/)?tmp/cx_metrics-states}m
		  : $said =~ m{^in \Q$base\E/good with \Q$base\E/good/cx_metrics-states[^/]*\n\z};
		ok($status == 0 && $good, "TMPDIR: $name") or diag($said);
	}
	is_deeply([ glob("$tmp/good/*") ], [], 'nothing is left behind');
	# the kernel lets nobody write here, not even root
	my ($status, $said) = $used->('/proc/sys');
	ok($status == 0 && $said =~ m{/proc/sys: it cannot be written to; }, 'TMPDIR: read-only') or diag($said);

	($status, $said) = $used->("$tmp/small", 'cx_dir_lacks() { echo "it has 1 MB free, and $2 MB are needed"; };');
	ok($status == 1 && $said =~ m{error: there is no place for temporary files\n  \Q$tmp\E/small: it has 1 MB.*\n  /tmp: it has.*\n  /var/tmp: it has.*\n  Name a directory: TMPDIR=},
		'TMPDIR: small as everything else') or diag($said);

  SKIP:
	{
		skip 'no right to mount', 2 unless $> == 0 && system('unshare -m true 2>/dev/null') == 0;
		for my $option ('noexec', 'ro')
		{
			my $code = qq{unshare -m sh -c 'mount -t tmpfs -o $option tmpfs "\$0" && TMPDIR=\$0 bash -c "\$1"' "$tmp/good" '. "$source/script/lib.sh"; cx_workdir states 1; echo in \${CX_WORK%/*}' 2>&1};

			$said = `$code`;
			like($said, $option eq 'ro' ? qr/it cannot be written to; .*in \/(?:var\/)?tmp$/s : qr/no program can be run in it \(mounted noexec\); .*in \/(?:var\/)?tmp$/s, "TMPDIR: mounted $option");
		}
	}
}

# ---------------------------------------------------------------------------
# The demo and an extension that is installed already
# ---------------------------------------------------------------------------

# make stops it before anything is built or copied.
for my $case ([ 'nothing installed', 0, [], 0 ], [ 'installed', 1, [], 1 ], [ 'installed, with --install', 1, ['--install'], 0 ])
{
	my ($name, $installed, $arguments, $left) = @$case;
	my $m = machine(has => [ @builds, 'postgresql-15', 'postgresql-server-dev-15' ]);
	my $pg = "$m/root/usr";

	unlink "$m/bin/id";
	symlink '/usr/bin/id', "$m/bin/id";
	if ($installed)
	{
		write_file("$pg/lib/postgresql/15/lib/cx_metrics.so", 'a library');
		write_file("$pg/share/postgresql/15/extension/cx_metrics.control", "default_version = '0.9'\n");
	}
	my ($status, $said) = on($m, { FAKE_MAKE => 1 }, "$source/script/demo", @$arguments);
	my $stopped = $left ? qr/cannot be copied/ : qr/stopped at: build/;

	is($said =~ /cx_metrics 0[.]9 is installed in this PostgreSQL already, and is left as it is.*--install replaces it/s ? 1 : 0, $left, "demo: $name")
	  or diag($said);
	ok($status == 1 && $said =~ $stopped, '... and goes on as it says') or diag($said);
	is(slurp("$pg/lib/postgresql/15/lib/cx_metrics.so"), 'a library', '... the library is untouched') if $installed;
}

# What it says at the end, which depends on the clusters that there are.
my $query = q{ -c 'CREATE EXTENSION cx_metrics' -c 'SELECT nps_agg(score) FROM (VALUES (10), (9), (3)) AS answers(score)'};
for my $case (
	[ 'no cluster', 'sudo', 'C.UTF-8', '', '',
		"sudo pg_createcluster --start 15 main\nsudo -u postgres createuser --cluster 15/main --createdb mina\ncreatedb --cluster 15/main company\npsql --cluster 15/main -d company$query\n" ],
	[ 'no cluster, and no locale', 'root', '', '', '',
		"export LC_ALL=C.UTF-8\npg_createcluster --start 15 main\nrunuser -u postgres -- createuser --cluster 15/main --createdb root\ncreatedb --cluster 15/main company\npsql --cluster 15/main -d company$query\n" ],
	[ 'no cluster, and a locale that is not there', 'sudo', 'ko_KR.UTF-8', '', '',
		"export LC_ALL=C.UTF-8\nsudo pg_createcluster --start 15 main\nsudo -u postgres createuser --cluster 15/main --createdb mina\ncreatedb --cluster 15/main company\npsql --cluster 15/main -d company$query\n" ],
	[ 'a cluster, and no locale', 'sudo', '', "15 main 5433 online a b c\n", 't',
		"createdb --cluster 15/main company\npsql --cluster 15/main -d company$query\n" ],
	[ 'a cluster that is down', 'sudo', 'C.UTF-8', "14 old 5431 online a b c\n15 main 5432 down postgres b c\n", '',
		"sudo pg_ctlcluster 15 main start\nsudo -u postgres createuser --cluster 15/main --createdb mina\ncreatedb --cluster 15/main company\npsql --cluster 15/main -d company$query\n" ],
	[ 'a user without a role', 'sudo', 'C.UTF-8', "15 first 5432 down a b c\n15 second 5433 online,recovery a b c\n", '',
		"sudo -u postgres createuser --cluster 15/second --createdb mina\ncreatedb --cluster 15/second company\npsql --cluster 15/second -d company$query\n" ],
	[ 'a user who may make a database', 'sudo', 'C.UTF-8', "15 main 5433 online a b c\n", 't',
		"createdb --cluster 15/main company\npsql --cluster 15/main -d company$query\n" ])
{
	my ($name, $user, $lang, $clusters, $may, $expected) = @$case;
	my $m = machine(user => $user, has => [ @builds, 'postgresql-15', 'postgresql-server-dev-15' ]);

	write_file("$m/bin/pg_lsclusters", "#!/bin/sh\nprintf '$clusters'\n", 0755);
	write_file("$m/bin/locale", q{#!/bin/sh
case $1:$LANG in
	charmap:C.UTF-8) echo UTF-8 ;;
	charmap:*) echo ANSI_X3.4-1968 ;;
	*:ko_KR.UTF-8) echo 'locale: Cannot set LC_CTYPE to default locale: No such file or directory' >&2 ;;
esac
}, 0755);
	write_file("$m/root/usr/lib/postgresql/15/bin/psql", "#!/bin/sh\necho '$may'\n", 0755);
	my ($status, $said) = lib($m, { LANG => $lang }, 'cx_find_pg; cx_next_steps');
	is($said, $expected, "next steps: $name");
}

# ---------------------------------------------------------------------------
# A real server, whatever the umask and the locale
# ---------------------------------------------------------------------------

SKIP:
{
	my $real = $ENV{PG_CONFIG} // 'pg_config';
	my $cases = 5;

	skip 'there is no complete PostgreSQL', $cases
	  unless system(qq{PG_CONFIG="$real" bash -c '. "$source/script/lib.sh"; cx_find_pg' >/dev/null 2>&1}) == 0;
	for my $case ([ 'umask 077', 'umask 077', {} ], [ 'umask 027, no LANG', 'umask 027; unset LANG LC_ALL LC_CTYPE', {} ],
		[ 'a translated locale', 'umask 022', { LANG => 'ko_KR.UTF-8', LC_ALL => 'ko_KR.UTF-8' } ])
	{
		my ($name, $before, $environment) = @$case;
		my $code = qq{$before; set -euo pipefail; . "$source/script/lib.sh"; cx_need_pg; cx_workdir states; cx_server_start
cx_psql -A -t -d postgres -c "SELECT current_setting('server_encoding'), current_setting('lc_messages'), current_setting('max_wal_size')"};
		local @ENV{ keys %$environment, 'PG_CONFIG', 'TMPDIR' } = (values %$environment, $real, $place);
		open my $out, '-|', 'bash', '-c', "exec 2>&1; $code" or die "cannot run bash: $!\n";
		my $said = join '', grep { !/setlocale/ } <$out>;

		close $out;
		is($said, "UTF8|C|64MB\n", "server: $name");
	}

	# Root may write anywhere, but not below a file.  The copy lacks what the step
	# runs, so that the step fails.
	write_file("$source/log", '');
	local @ENV{qw(PG_CONFIG TMPDIR CI)} = ($real, "$tmp", '');
	my $said = `'$source/script/test' --fresh functions 2>&1`;
	my ($logs) = $said =~ m{^log/test cannot be written to; the logs are in (\Q$tmp\E/\S+)$}m;
	ok(defined $logs && -s "$logs/functions.log", 'test: the logs of a checkout that is read-only') or diag($said);
	unlike($said, qr/^(?:mkdir|cp|rm): /m, '... without a stray message') or diag($said);
}

done_testing();
