#!/bin/sh
# Takes away what install.sh has put on this machine, and what the service has made: programs, unit, settings, data, cgroups.
# As root:
#
#   uninstall.sh [--keep-data]     keeps /var/lib/rein and /etc/rein: the records, and the key that opens their content
#
# Data folders that people named themselves (rein up --data, ~/.rein) are theirs and stay.
set -eu
home=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
data=/var/lib/rein
settings=/etc/rein
unit=/etc/systemd/system/rein.service
link=/usr/local/bin/rein

say() { echo "rein: $*"; }
refuse() {
  echo "rein: $*" >&2
  exit 2
}

keep=
case "${1:-}" in
  '') ;;
  --keep-data) keep=yes ;;
  *)
    sed -n '2,7s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
esac
[ "$(id -u)" = 0 ] || refuse "uninstalling needs root: sudo $0"
[ -f "$home/data-folder" ] && [ -f "$home/release" ] || refuse "$home was not made by install.sh"

if [ -d /run/systemd/system ] && [ -e "$unit" ]; then
  systemctl disable --quiet --now rein.service || refuse "the service does not stop; see: systemctl status rein"
elif [ -S "$data/run/rein.sock" ]; then
  "$home/bin/rein" up --stop --data "$data" >/dev/null 2>&1 || true # nobody may be there any more
fi
# Java is removed below; whoever still runs on it is named instead of broken.
running=
for exe in /proc/[0-9]*/exe; do
  case "$(readlink "$exe" 2>/dev/null)" in "$home"/runtime/*)
    pid=${exe#/proc/}
    running="$running ${pid%/exe}"
    ;;
  esac
done
[ -z "$running" ] || refuse "still running from $home: process$running. Stop it (rein up --stop --data FOLDER), then try again"
sh "$home/lib/end-runs.sh" "$data"

if [ -e "$unit" ]; then
  rm -f "$unit"
  [ ! -d /run/systemd/system ] || systemctl daemon-reload
fi
[ "$(readlink -f "$link")" != "$home/bin/rein" ] || rm -f "$link"
name=rein-$(printf '%s' "$data" | sha256sum | cut -c1-8) # a node that crashed leaves its socket for other users
rm -rf "/run/rein/$name.sock" "/run/rein/$name.words"
rmdir /run/rein 2>/dev/null || true # other nodes may still use it
if [ -z "$keep" ]; then
  rm -rf "$data" "$settings"
  say "removed, with its data"
else
  say "removed; kept: $data and $settings"
fi
rm -rf "$home"
