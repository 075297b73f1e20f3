# Becomes a tool inside a user and a network namespace of the same user's, keeping the right to read the network's rules
# over exec, for which nsenter(1) has no way. Words between at signs are filled in by NetworkNamespace.java.
use strict;
use warnings;

my ($user, $network, @command) = @ARGV;
# Opened before the first is entered: from inside, the node's descriptors are out of reach.
my @namespaces = map {
    open(my $file, '<', $_) or die "$_: $!\n";
    $file;
} ($user, $network);
syscall(@SETNS@, fileno($_), 0) == 0 or die "setns: $!\n" for @namespaces;
my $admin = 12; # CAP_NET_ADMIN
my $head = pack('L l', 0x20080522, 0);
my $sets = "\0" x 24;
syscall(@CAPGET@, $head, $sets) == 0 or die "capget: $!\n";
my @sets = unpack('L6', $sets);
$sets[2] |= 1 << $admin;
$sets = pack('L6', @sets);
syscall(@CAPSET@, $head, $sets) == 0 or die "capset: $!\n";
my ($ambient, $raise) = (47, 2);
syscall(@PRCTL@, $ambient, $raise, $admin, 0, 0) == 0 or die "prctl: $!\n";
exec { $command[0] } @command or die "$command[0]: $!\n";
