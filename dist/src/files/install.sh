#!/bin/sh
# Installs Rein from the folder in which this script lies. As root:
#
#   ./install.sh [--start]
#
#   PREFIX   where the programs go (default /opt/rein); /usr/local/bin/rein becomes a link to them
#   DESTDIR  put before every path, for packagers: files are copied, nothing is started or installed besides
#
# Data is in /var/lib/rein, settings are in /etc/rein/rein.yaml. Run again with a newer archive, it replaces the programs and
# keeps both. uninstall.sh in PREFIX takes everything away.
set -eu
umask 022
from=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
prefix=${PREFIX:-/opt/rein}
root=${DESTDIR:-}
data=/var/lib/rein
settings=/etc/rein
unit=/etc/systemd/system/rein.service
link=/usr/local/bin/rein

say() { echo "rein: $*"; }
refuse() {
  echo "rein: $*" >&2
  exit 2
}

start=
case "${1:-}" in
  '') ;;
  --start) start=yes ;;
  *)
    sed -n '2,10s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
esac
[ -n "$root" ] || [ "$(id -u)" = 0 ] || refuse "installing needs root: sudo $0"
# What ends up in the unit's command line and behind rm -rf is a plain path.
case "$prefix" in
  / | /usr | /usr/local | /opt | /etc | /var | /home | /root | *[!A-Za-z0-9._/-]* | *..* | *//* | */)
    refuse "PREFIX is a folder for Rein alone, such as /opt/rein, not '$prefix'" ;;
  /*) ;;
  *) refuse "PREFIX is an absolute path, not '$prefix'" ;;
esac
[ -f "$from/release" ] && [ -x "$from/runtime/bin/java" ] || refuse "$from is not an unpacked archive of Rein"
to=$root$prefix
[ "$from" != "$(readlink -f "$to")" ] || refuse "$from is installed already"
if [ -e "$to" ] && [ ! -f "$to/release" ]; then refuse "$to exists and is no Rein; name another PREFIX"; fi
if [ -z "$root" ] && ! "$from/runtime/bin/java" -version >/dev/null 2>&1; then
  refuse "the runtime does not start on this machine ($(uname -m)); this archive is $(cat "$from/release")"
fi
if [ -e "$root$link" ] && [ "$(readlink -f "$root$link")" != "$(readlink -f "$to/bin/rein")" ]; then
  refuse "$root$link exists and is not this Rein; move it away first"
fi

mkdir -p "$(dirname "$to")" "$root$settings" "$root/usr/local/bin" "$(dirname "$root$unit")"
rm -rf "$to.new" "$to.old"
mkdir "$to.new"
(cd "$from" && tar cf - bin lib runtime licences systemd release sbom.cdx.json README.md LIMITS.md apparmor-rein rein.yaml uninstall.sh) |
  tar xf - -C "$to.new" --no-same-owner
rm -f "$to.new"/lib/rein.aot*
chmod -R u=rwX,go=rX "$to.new"
echo "$data" >"$to.new/data-folder"
[ ! -e "$to" ] || mv "$to" "$to.old"
mv "$to.new" "$to"
rm -rf "$to.old"
ln -sfn "$prefix/bin/rein" "$root$link"
sed "s|@PREFIX@|$prefix|g" "$to/systemd/rein.service" >"$root$unit"
if [ ! -e "$root$settings/rein.yaml" ]; then
  {
    cat "$to/rein.yaml"
    printf '\n# Set by install.sh: outside the data folder, so that a copy of that folder alone opens no content.\n'
    printf 'content-key-file: %s/content.key\n' "$settings"
  } >"$root$settings/rein.yaml"
fi
chmod 700 "$root$settings"
mkdir -p -m 700 "$root$data"
# Whoever starts a node on this data folder by hand means the same settings.
[ -e "$root$data/rein.yaml" ] || ln -sfn "$settings/rein.yaml" "$root$data/rein.yaml"
say "$(cat "$to/release") is in $to"
[ -z "$root" ] || exit 0

"$prefix/bin/rein" --version >/dev/null # trains the cache that makes `rein run` start fast
missing=
for pair in bwrap:bubblewrap nft:nftables ip:iproute2 setpriv:util-linux nsenter:util-linux perl:perl-base; do
  PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
if [ -n "$missing" ]; then
  say "installing what is missing:$missing"
  # shellcheck disable=SC2086 # one word per package
  if ! { command -v apt-get && apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >/dev/null 2>&1; then
    say "that did not work; before the first start: apt-get install -y$missing"
  fi
fi
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  if [ -n "$start" ]; then
    systemctl enable --quiet --now rein.service
    say "started; on every boot too"
  elif systemctl is-active --quiet rein.service; then
    say "the running service is still the old one; when its runs may end: systemctl restart rein"
  else
    say "start it: systemctl enable --now rein"
  fi
else
  say "this machine has no systemd running; start it by hand: rein up --data $data"
fi
