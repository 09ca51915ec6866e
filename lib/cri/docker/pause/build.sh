#!/bin/sh
# Rebuilds pause-amd64 and pause-arm64 beside this file, or into the folder given. A compiler that is missing is skipped.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here}
build() {
  command -v "$1" >/dev/null || { echo "skipped: $1 is not installed" >&2; return 0; }
  "$1" -Os -static -nostdlib -nostartfiles -ffreestanding -fno-builtin -fno-stack-protector -fno-asynchronous-unwind-tables -fno-pie -no-pie \
    -Wl,--build-id=none -Wl,-z,norelro -Wl,-z,noseparate-code -s "$here/pause.c" -o "$out/$2"
  "$3" -R .comment -R .note.gnu.property "$out/$2" 2>/dev/null || true
}
build x86_64-linux-gnu-gcc pause-amd64 x86_64-linux-gnu-strip
build aarch64-linux-gnu-gcc pause-arm64 aarch64-linux-gnu-strip
