root=$1
chmod 755 "$root/mailpit"
[ -e "$root/usr/bin/python3" ] || ln -s "$(cd "$root/usr/bin" && ls python3.* | grep -v config | head -n 1)" "$root/usr/bin/python3"
rm -rf "$root"/usr/share/fonts "$root"/usr/share/sphinx* "$root"/usr/share/perl* "$root"/usr/lib/*/perl* "$root"/usr/lib/*/libperl* "$root"/usr/bin/perl*
