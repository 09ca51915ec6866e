root=$1
mkdir -p "$root/fluent-bit/bin" "$root/fluent-bit/etc" "$root/fluent-bit/www/api/v1"
echo ok > "$root/fluent-bit/www/api/v1/health"
cat > "$root/fluent-bit/bin/fluent-bit" <<'ENTRY'
#!/bin/sh
# fluent-bit -c FILE. Lines go out as text, after the name of the file that they come from.
set -e
config=$2
value() { sed -n "s/^[ -]*$1: \"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" "$config" | head -n 1; }
path=$(value path)
exclude=$(basename "$(value exclude_path)")
cat > /tmp/collector.conf <<CONFIG
@version: 3.38
options { chain-hostnames(no); keep-hostname(yes); use-dns(no); stats-freq(0); log-msg-size(1048576); time-reopen(1); };
source containers {
  wildcard-file(
    base-dir("$(dirname "$path")") filename-pattern("$(basename "$path")") recursive(no) max-files(1000)
    follow-freq(0.2) monitor-method(poll) flags(no-parse) log-iw-size(100000)
  );
};
filter others { not match("$(dirname "$path")/$(echo "$exclude" | sed 's/[*]/.*/g')" value("FILE_NAME")); };
destination aggregator { tcp("$(value host)" port($(value port)) template("\$FILE_NAME \$MSG\n") log-fifo-size(200000)); };
log { source(containers); filter(others); destination(aggregator); flags(flow-control); };
CONFIG
busybox httpd -p "$(value http_port)" -h /fluent-bit/www
exec syslog-ng --foreground --no-caps --cfgfile /tmp/collector.conf --persist-file "$(value db)" --control /tmp/collector.ctl --pidfile /tmp/collector.pid
ENTRY
chmod 755 "$root/fluent-bit/bin/fluent-bit"
