#!/bin/sh
# Run as `unshare --mount --pid --fork --propagation private sh install-deb.sh PACKAGE`: installs a package on this very system
# as it would look, uses it as a user who is not root, and takes it away again. Everything is written to memory: the system
# stays as it is. What it finds is printed as `name<tab>value`; what is not expected ends it.
set -eu
package=$1
tell() { printf '%s\t%s\n' "$1" "$2"; }

mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
cd /mnt/root
mount -t proc proc proc
mount --rbind /dev dev
mount --rbind /sys sys
# Not a chroot: in one, users may not make the namespaces that Chromium's sandbox is made of.
mkdir -p mnt/old
pivot_root . mnt/old
umount -l /mnt/old
rmdir /mnt/old

everything() { find /etc /opt /usr -xdev ! -name '*.cache' ! -name 'ld.so.cache' | sort; }
photographer() { setpriv --reuid=4321 --regid=4321 --clear-groups --reset-env env HOME=/home/ann "DISPLAY=${DISPLAY:-}" "$@"; }

everything >/tmp/before
mkdir -p /home/ann
chown 4321:4321 /home/ann
chmod 1777 /tmp

dpkg --install "$package" >&2
tell verified "$(dpkg --verify silvergrain)"
tell command "$(readlink -f "$(command -v silvergrain)")"
cd /
tell version "$(photographer silvergrain --version)"

photographer /opt/Silvergrain/silvergrain --lang=en >/tmp/window 2>&1 &
window=$!
# The page's process, once it is in its sandbox: system calls are filtered, and it has a number of its own in a namespace.
page=
for _ in $(seq 300); do
  for process in /proc/[0-9]*; do
    case $(tr '\0' ' ' <"$process/cmdline" 2>/dev/null || true) in
      *--type=renderer*) grep -q '^Seccomp:.2' "$process/status" 2>/dev/null && page=$process ;;
    esac
  done
  [ -z "$page" ] || [ ! -f /home/ann/.config/silvergrain/library.db ] || break
  kill -0 "$window" || { cat /tmp/window >&2; exit 1; }
  sleep 0.1
done
tell sandboxed "$(awk '/^NSpid:/ { print NF - 1 }' "$page/status")"
kill "$window"
wait "$window" || true

dpkg --install "$package" >&2
tell updated "$(photographer silvergrain --version)"
dpkg --remove silvergrain >&2
everything | diff /tmp/before - | sed -n 's/^[<>]/after removing\t&/p'
dpkg --purge silvergrain >&2
tell known "$(dpkg-query --show silvergrain 2>/dev/null || true)"
tell kept "$(ls /home/ann/.config/silvergrain/library.db)"
