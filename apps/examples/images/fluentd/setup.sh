root=$1
mkdir -p "$root/fluentd"
cat > "$root/fluentd/entrypoint.sh" <<'ENTRY'
#!/bin/sh
# Follows every file under /var/log/containers and sends each line, after the name of its file, to $FLUENT_FORWARD_HOST. As in the public image
# the positions are kept under /var/log, so that the next collector of the node goes on where this one ended.
set -e
cat > /fluentd/collector.conf <<CONFIG
@version: 3.38
options { chain-hostnames(no); keep-hostname(yes); use-dns(no); stats-freq(0); log-msg-size(1048576); time-reopen(1); };
source containers {
  wildcard-file(
    base-dir("/var/log/containers") filename-pattern("*.log") recursive(no) max-files(1000)
    follow-freq(0.2) monitor-method(poll) flags(no-parse) log-iw-size(100000)
  );
};
destination aggregator {
  tcp("${FLUENT_FORWARD_HOST:-127.0.0.1}" port(${FLUENT_FORWARD_PORT:-24224}) template("\$FILE_NAME \$MSG\n") log-fifo-size(200000));
};
log { source(containers); destination(aggregator); flags(flow-control); };
CONFIG
exec syslog-ng --foreground --no-caps --cfgfile /fluentd/collector.conf --persist-file /var/log/fluentd-containers.log.pos --control /run/collector.ctl --pidfile /run/collector.pid
ENTRY
chmod 755 "$root/fluentd/entrypoint.sh"
