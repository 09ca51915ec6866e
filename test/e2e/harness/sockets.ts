import type { Kubectl } from './kubectl';

/** The image of the two programs below: modules of perl-base alone, and one process however many ports are tried, so that a loaded machine answers in time. */
export const PERL_IMAGE = 'perl:5.36-slim';

/** `perl -e ANSWER TCP:80 UDP:53 …` answers every connection and datagram with its host name, the address that asked, and that port of its own. */
const ANSWER = String.raw`
use IO::Socket::INET; use IO::Select; my (%udp, %port);
open my $host, "<", "/proc/sys/kernel/hostname" or die $!; chomp(my $name = <$host>);
my $select = IO::Select->new(map { my ($protocol, $port) = split /:/;
  my $socket = IO::Socket::INET->new(Proto => lc $protocol, LocalPort => $port, ReuseAddr => 1, $protocol eq "TCP" ? (Listen => 128) : ()) or die "$_: $!";
  $udp{$socket} = $protocol eq "UDP"; $port{$socket} = $port; $socket } @ARGV);
$SIG{PIPE} = "IGNORE"; $SIG{TERM} = sub { exit };
while (my @ready = $select->can_read) { for my $socket (@ready) {
  if ($udp{$socket}) { if (defined(my $from = recv $socket, my $text, 512, 0)) { my ($port, $ip) = sockaddr_in($from); send $socket, "$name " . inet_ntoa($ip) . " $port{$socket}\n", 0, $from } }
  elsif (my $client = $socket->accept) { print $client "$name " . $client->peerhost . " $port{$socket}\n"; close $client }
} }`;

/** Reads lines "TCP address port", tries all of them at once until nothing came for the given seconds and prints "index answer" for each that answered. */
const ASK = String.raw`
use Socket; use IO::Select; use Fcntl; my $limit = shift; my (%index, %peer, %udp); my $reading = IO::Select->new; my $count = 0; $| = 1;
while (<STDIN>) { my ($protocol, $host, $port) = split; my $socket;
  socket($socket, PF_INET, $protocol eq "UDP" ? SOCK_DGRAM : SOCK_STREAM, 0) or die $!;
  fcntl $socket, F_SETFL, O_NONBLOCK; my $peer = sockaddr_in($port, inet_aton($host)); connect $socket, $peer; send $socket, "ask\n", 0 if $udp{$socket} = $protocol eq "UDP";
  $index{$socket} = $count++; $reading->add($socket) }
my $quiet = 0;
while ($reading->count and $quiet < 10 * $limit) { my @ready = $reading->can_read(0.1);
  for my $socket (@ready) { my $got = sysread $socket, my $text, 512; if ($got) { chomp $text; print "$index{$socket} $text\n" } $reading->remove($socket); close $socket }
  if (!@ready and ++$quiet == 5 * $limit) { $udp{$_} and send $_, "ask\n", 0 for $reading->handles } }`;

/** A container that answers on ports like `TCP:80`. */
export const answering = (ports: readonly string[]) => ({ name: 'server', image: PERL_IMAGE, command: ['perl', '-e', ANSWER, ...ports] });

export interface Target {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
}

export interface Answer {
  /** Host name of who answered. */
  readonly name: string;
  /** The address that it saw. */
  readonly client: string;
  readonly port: number;
}

/** What answers when a pod asks all targets at once, within some seconds; undefined for those that do not. */
export function ask(kubectl: Kubectl, namespace: string, pod: string, targets: readonly Target[], seconds = 2): Promise<readonly (Answer | undefined)[]> {
  return askFrom((program, input) => kubectl(['exec', '-i', '-n', namespace, pod, '--', ...program], { input }), targets, seconds);
}

/** As `ask`, from wherever a program can be run with an input. */
export async function askFrom(exec: (program: readonly string[], input: string) => Promise<string>, targets: readonly Target[], seconds = 2): Promise<readonly (Answer | undefined)[]> {
  const out = await exec(['perl', '-e', ASK, String(seconds)], targets.map(({ protocol, address, port }) => `${protocol} ${address} ${port}\n`).join(''));
  const answers = new Map(out.split('\n').filter(Boolean).map((line) => [Number(line.split(' ')[0]), line.split(' ').slice(1)]));
  return targets.map((_target, index) => {
    const [name, client, port] = answers.get(index) ?? [];
    return name === undefined ? undefined : { name, client, port: Number(port) };
  });
}
