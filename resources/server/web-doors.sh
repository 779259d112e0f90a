# Answers on the two web doors (ports 80 and 443) for half a minute, so that they can be tried from
# outside: whoever connects is told the given word and nothing else. Changes nothing that lasts.
# Run as root through `sh -s web-doors WORD`, which comes back with "doors=80 443" once it listens;
# `sh -s web-doors` ends it before its time. Exit code 3: this system has no perl.

LC_ALL=C
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export LC_ALL PATH

name=coophost-doors # what facts.sh sees as the owner of the ports
mark=/run/coophost-web-doors

before="$(cat "$mark" 2>/dev/null)"
if [ -n "$before" ] && [ "$(cat "/proc/$before/comm" 2>/dev/null)" = "$name" ]; then
    kill "$before" 2>/dev/null
    for _ in 1 2 3 4 5 6 7 8 9; do [ ! -e "/proc/$before" ] || sleep 0.1; done
fi
rm -f "$mark"
[ -n "$2" ] || exit 0
command -v perl >/dev/null || exit 3

exec perl -e '
    use strict;
    use Socket qw(:DEFAULT IPPROTO_IPV6 IPV6_V6ONLY IN6ADDR_ANY pack_sockaddr_in6);
    my ($name, $mark, $word, @ports) = @ARGV;

    sub door {
        my ($port) = @_;
        for my $family (AF_INET6, AF_INET) {
            socket(my $door, $family, SOCK_STREAM, 0) or next;
            setsockopt($door, SOL_SOCKET, SO_REUSEADDR, pack("i", 1));
            setsockopt($door, IPPROTO_IPV6, IPV6_V6ONLY, pack("i", 0)) if $family == AF_INET6;
            my $any = $family == AF_INET
                ? pack_sockaddr_in($port, INADDR_ANY) : pack_sockaddr_in6($port, IN6ADDR_ANY);
            bind($door, $any) && listen($door, 16) or next;
            return $door;
        }
    }

    my %doors = map { my $door = door($_); $door ? ($_ => $door) : () } @ports;
    $0 = $name;
    defined(my $child = fork) or exit 1;
    if ($child) {
        open(my $file, ">", $mark) or exit 1;
        print $file $child;
        close($file);
        print "doors=@{[sort { $a <=> $b } keys %doors]}\n";
        exit 0;
    }

    $SIG{PIPE} = "IGNORE";
    alarm 30;
    open(STDIN, "<", "/dev/null");
    open($_, ">", "/dev/null") for (\*STDOUT, \*STDERR);
    while (%doors) {
        my $ready = "";
        vec($ready, fileno($_), 1) = 1 for values %doors;
        next if select($ready, undef, undef, undef) <= 0;
        for my $door (grep { vec($ready, fileno($_), 1) } values %doors) {
            accept(my $visitor, $door) or next;
            my $wait = "";
            vec($wait, fileno($visitor), 1) = 1;
            sysread($visitor, my $asked, 1024) if select($wait, undef, undef, 1) > 0;
            my $length = length($word) + 1;
            syswrite($visitor, "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n"
                . "Content-Length: $length\r\nConnection: close\r\n\r\n$word\n");
            close($visitor);
        }
    }
' "$name" "$mark" "$2" 80 443 </dev/null
