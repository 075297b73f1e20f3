# Runs inside a sandbox and tries what must not work there. Each line of the answer is
# name TAB held|open TAB what happened. Words between at signs are filled in by Probes.java.
use strict;
use warnings;
use Socket qw(:DEFAULT inet_pton AF_INET6 pack_sockaddr_in6);

$| = 1;
my $nowhere = sockaddr_in(@PORT@, inet_aton('@HOST@'));

sub answer {
    my ($name, $held, $what) = @_;
    print "$name\t", ($held ? 'held' : 'open'), "\t$what\n";
}

sub refused {
    my ($name, $worked) = @_;
    answer($name, !$worked, $worked ? 'it worked' : "$!");
}

answer('dedicated uid', $> != 0, "uid $> inside");

open(my $file, '<', '/proc/self/status');
my $status = join('', <$file>);
my $bare = $status =~ /CapEff:\t0+\n/ && $status =~ /CapPrm:\t0+\n/ && $status =~ /CapBnd:\t0+\n/
    && $status =~ /NoNewPrivs:\t1/ && $status =~ /Seccomp:\t2/;
answer('no capabilities', $bare,
    $bare ? 'no capability, no new privileges, filter on' : 'see /proc/self/status in a run');

my $got = eval {
    local $SIG{ALRM} = sub { die };
    alarm 5;
    socket(my $tcp, PF_INET, SOCK_STREAM, 0);
    my $line = connect($tcp, $nowhere) ? <$tcp> : undef;
    alarm 0;
    $line;
} // '';
answer('direct TCP to an address', $got =~ /^@TOKEN@/, 'the gateway answered');

socket(my $udp, PF_INET, SOCK_DGRAM, 0);
my $sent = send($udp, 'x', 0, $nowhere);
answer('UDP', 1, $sent ? 'taken by the refusing rule' : "$!");

socket(my $six, AF_INET6, SOCK_STREAM, 0);
refused('IPv6', connect($six, pack_sockaddr_in6(@PORT@, inet_pton(AF_INET6, '2001:db8::1'))));

refused('raw ICMP socket', socket(my $icmp, PF_INET, SOCK_RAW, 1));
refused('AF_VSOCK', socket(my $vsock, 40, SOCK_STREAM, 0));
refused('AF_PACKET', socket(my $packet, 17, SOCK_RAW, 0x0300));

my ($none, $tmp, $tmpfs, $zeros) = ('none', '/tmp', 'tmpfs', "\0" x 256);
refused('user namespace', syscall(@UNSHARE@, 0x10000000) == 0);
refused('ptrace', syscall(@PTRACE@, 0, 0, 0, 0) == 0);
refused('mount', syscall(@MOUNT@, $none, $tmp, $tmpfs, 0, 0) == 0);
refused('io_uring', syscall(@IO_URING_SETUP@, 1, $zeros) >= 0);
refused('memory file', syscall(@MEMFD_CREATE@, $none, 0) >= 0);

my @sockets = grep { -e } qw(
    /run/docker.sock /var/run/docker.sock /run/containerd/containerd.sock
    /run/podman/podman.sock /run/dbus/system_bus_socket /var/run/dbus/system_bus_socket
    /run/systemd/private /run/user /tmp/.X11-unix);
answer('host sockets', !@sockets, @sockets ? "@sockets" : 'none is there');

my @abstract;
if (open(my $list, '<', '/proc/net/unix')) {
    @abstract = map { /(\@\S+)/ ? $1 : () } <$list>;
}
answer('abstract sockets of the host', !@abstract, @abstract ? "@abstract" : 'none is visible');

my @private = grep { -e || -l } qw(
    /etc/shadow /etc/gshadow /root/.ssh /root/.bashrc /root/.profile /root/.rein);
answer("root's home and /etc/shadow", !@private, @private ? "@private" : 'absent');

my %known = map { $_ => 1 } qw(
    console core fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero);
opendir(my $dev, '/dev');
my @other = grep { !/^\./ && !$known{$_} } readdir($dev);
my $node = '/tmp/node';
my $made = syscall(@MKNODAT@, -100, $node, 0020600, 0x101) == 0;
answer('device nodes', !@other && !$made,
    @other ? "@other" : $made ? 'one was made' : 'none, and none can be made');

my $char = 'x';
my $typed = ioctl(STDIN, 0x5412, $char);
answer('terminal injection', !$typed && $! == 1, $typed ? 'it worked' : "$!");

open(my $plain, '>', '/tmp/file');
my $changed = chmod(04755, '/tmp/file');
my $why = "$!";
answer('set-uid file', !$changed && !((stat '/tmp/file')[2] & 06000), $why);

refused('write to the system', scalar grep { open(my $out, '>', "$_/rein-self-test") } qw(
    /usr /etc /dev /run /var /home), '');

my @children;
my $stopped = 'no limit was met';
for (1 .. 4 * @PROCESSES@) {
    my $pid = fork();
    if (!defined $pid) { $stopped = "$!"; last; }
    if ($pid == 0) { sleep 30; exit 0; }
    push @children, $pid;
}
answer('more processes than allowed', @children < @PROCESSES@,
    scalar(@children) . " children, then: $stopped");
kill 'KILL', @children;
