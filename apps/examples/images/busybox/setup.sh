# Every applet under its own name, as the public image has them.
root=$1
for applet in $(chroot "$root" /bin/busybox --list); do
  [ -e "$root/bin/$applet" ] || ln -s busybox "$root/bin/$applet"
done
mkdir -p "$root/home" "$root/usr/share"
