root=$1
# Only Debian's user management needs Perl.
rm -rf "$root"/usr/lib/*/perl* "$root"/usr/share/perl* "$root"/usr/lib/*/libperl* "$root"/usr/bin/perl* "$root"/usr/lib/*/gconv
