root=$1
[ -e "$root/bin/nc" ] || ln -s nc.openbsd "$root/bin/nc"
rm -rf "$root"/usr/share/perl* "$root"/usr/lib/*/perl* "$root"/usr/lib/*/libperl* "$root"/usr/bin/perl*
