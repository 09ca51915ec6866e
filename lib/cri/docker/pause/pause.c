/*
 * First process of every pod sandbox. Static, without libc, a few kB.
 *
 *   pause             leaves the host's network namespace for one of its own, drops every capability, waits for SIGTERM/SIGINT, reaps orphans
 *   pause host        the same in the host's network (hostNetwork pods)
 *   pause connect N   relays stdin/stdout to port N on the loopback of the network namespace it is started in (port-forward)
 */
#define CLONE_NEWNET 0x40000000
#define SIGINT 2
#define SIGTERM 15
#define SIGCHLD 17
#define WNOHANG 1
#define POLLIN 1
#define SHUT_WR 1

#if defined(__x86_64__)
enum { READ = 0, WRITE = 1, POLL = 7, SIGPROCMASK = 14, SOCKET = 41, CONNECT = 42, SHUTDOWN = 48, EXIT = 231, WAIT4 = 61, CAPSET = 126, SIGWAIT = 128, UNSHARE = 272 };
__asm__(".globl _start\n_start: xor %ebp,%ebp\n mov %rsp,%rdi\n and $-16,%rsp\n call start\n");
static long call6(long number, long a, long b, long c, long d, long e) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = 0;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return result;
}
struct pollfd { int fd; short events, revents; };
static long wait_readable(struct pollfd *fds, long count) { return call6(POLL, (long)fds, count, -1, 0, 0); }
#elif defined(__aarch64__)
enum { READ = 63, WRITE = 64, PPOLL = 73, SIGPROCMASK = 135, SOCKET = 198, CONNECT = 203, SHUTDOWN = 210, EXIT = 94, WAIT4 = 260, CAPSET = 91, SIGWAIT = 137, UNSHARE = 97 };
__asm__(".globl _start\n_start: mov x29,#0\n mov x0,sp\n and sp,x0,#-16\n bl start\n");
static long call6(long number, long a, long b, long c, long d, long e) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
  return x0;
}
struct pollfd { int fd; short events, revents; };
static long wait_readable(struct pollfd *fds, long count) { return call6(PPOLL, (long)fds, count, 0, 0, 8); }
#else
#error "pause: unknown processor"
#endif

static void quit(long code) {
  for (;;) call6(EXIT, code, 0, 0, 0, 0);
}

static long length(const char *text) {
  long n = 0;
  while (text[n]) n++;
  return n;
}

static void fail(const char *message) {
  call6(WRITE, 2, (long)message, length(message), 0, 0);
  quit(1);
}

static long write_all(long fd, const char *data, long size) {
  while (size > 0) {
    long written = call6(WRITE, fd, (long)data, size, 0, 0);
    if (written < 0) return written;
    data += written;
    size -= written;
  }
  return 0;
}

static long connect_loopback(unsigned port) {
  unsigned char v4[16] = {2, 0, port >> 8, port & 255, 127, 0, 0, 1};
  unsigned char v6[28] = {10, 0, port >> 8, port & 255};
  v6[23] = 1;
  long fd = call6(SOCKET, 2, 1, 0, 0, 0);
  if (fd >= 0 && call6(CONNECT, fd, (long)v4, 16, 0, 0) == 0) return fd;
  fd = call6(SOCKET, 10, 1, 0, 0, 0);
  if (fd >= 0 && call6(CONNECT, fd, (long)v6, 28, 0, 0) == 0) return fd;
  return -1;
}

static char buffer[65536];

static void relay(unsigned port) {
  long remote = connect_loopback(port);
  if (remote < 0) fail("connection refused");
  struct pollfd fds[2] = {{(int)remote, POLLIN, 0}, {0, POLLIN, 0}};
  long watched = 2;
  for (;;) {
    if (wait_readable(fds, watched) < 0) continue;
    if (fds[0].revents) {
      long size = call6(READ, remote, (long)buffer, sizeof buffer, 0, 0);
      if (size <= 0 || write_all(1, buffer, size) < 0) quit(0);
    }
    if (watched == 2 && fds[1].revents) {
      long size = call6(READ, 0, (long)buffer, sizeof buffer, 0, 0);
      if (size <= 0) {
        call6(SHUTDOWN, remote, SHUT_WR, 0, 0, 0);
        watched = 1;
      } else if (write_all(remote, buffer, size) < 0) {
        quit(0);
      }
    }
  }
}

static void wait_for_end(void) {
  unsigned long signals = 1UL << (SIGINT - 1) | 1UL << (SIGTERM - 1) | 1UL << (SIGCHLD - 1);
  call6(SIGPROCMASK, 0, (long)&signals, 0, 8, 0);
  for (;;) {
    long received = call6(SIGWAIT, (long)&signals, 0, 0, 8, 0);
    if (received == SIGINT || received == SIGTERM) quit(0);
    while (call6(WAIT4, -1, 0, WNOHANG, 0, 0) > 0) continue;
  }
}

__attribute__((used)) void start(long *stack) {
  long count = stack[0];
  char **arguments = (char **)(stack + 1);
  if (count == 3 && arguments[1][0] == 'c') {
    unsigned port = 0;
    for (const char *digit = arguments[2]; *digit; digit++) port = port * 10 + (*digit - '0');
    relay(port);
  }
  if (count == 1 && call6(UNSHARE, CLONE_NEWNET, 0, 0, 0, 0) != 0) fail("pause: unshare of the network namespace is not permitted; the sandbox needs CAP_SYS_ADMIN\n");
  unsigned header[2] = {0x20080522, 0};
  unsigned none[6] = {0, 0, 0, 0, 0, 0};
  call6(CAPSET, (long)header, (long)none, 0, 0, 0);
  wait_for_end();
}
