# Kills the inits that it was told of when its standard input ends. Words between at signs are filled in by
# InitWatcher.java.
use strict;
use warnings;

$SIG{$_} = 'IGNORE' for qw(HUP INT QUIT TERM TSTP);
my %held;
while (my $line = <STDIN>) {
    my ($word, $pid) = split ' ', $line;
    exit 0 if $word eq 'done';
    if ($word eq 'add') {
        my $fd = syscall(@PIDFD_OPEN@, $pid + 0, 0);
        $held{$pid} = $fd if $fd >= 0;
    } elsif (defined(my $fd = delete $held{$pid})) {
        require POSIX;
        POSIX::close($fd);
    }
}
# The shell first, which can say with which code its run ended.
my ($alarm, $kill) = (14, 9);
syscall(@PIDFD_SEND_SIGNAL@, $_, $alarm, 0, 0) for values %held;
select(undef, undef, undef, 0.25);
syscall(@PIDFD_SEND_SIGNAL@, $_, $kill, 0, 0) for values %held;
