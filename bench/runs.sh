#!/usr/bin/env bash
# Many runs on one node, measured beside bare bubblewrap in the same minutes. Needs root; touches nothing but a folder of its own.
#
#   bench/runs.sh start [N]        one after the other: p50, p99, CPU of `rein run -- true` and of bare bwrap, interleaved
#   bench/runs.sh together [N]     N at once: starts a second, how long each took, and bare bwrap the same way
#   bench/runs.sh hold [N]         N runs that stay: memory per run; one stop of the blueprint; what is left
#   bench/runs.sh restart [N]      N runs that count survive a planned restart
#   bench/runs.sh soak [N] [S]     N runs over S seconds (1000 600): what the node has grown by
#   bench/runs.sh                  all of it
set -u
here=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
rein=$here/rein
folder=$(mktemp -d /tmp/rein-bench-XXXXXX)
export REIN_HOME=$folder/data REIN_CONTENT_KEY_FILE=$folder/content.key
node=
launchers=()

say() { printf '%s\n' "$*"; }
now() { printf '%s' "${EPOCHREALTIME/./}"; } # µs
load() { read -r one five fifteen _ </proc/loadavg; printf 'load %s %s %s' "$one" "$five" "$fifteen"; }

up() {
  "$rein" up --port 0 "$@" >"$folder/up.out" 2>"$folder/up.err" </dev/null &
  node=$!
  for _ in $(seq 600); do
    grep -q ' is up: ' "$folder/up.out" && return
    kill -0 "$node" 2>/dev/null || break
    sleep 0.1
  done
  cat "$folder/up.out" "$folder/up.err" >&2
  exit 2
}

clean() {
  for launcher in "${launchers[@]}"; do kill -9 "$launcher" 2>/dev/null; done
  [ -z "$node" ] || { kill "$node" && wait "$node"; } 2>/dev/null
  rm -rf "$folder"
}
trap clean EXIT
mkdir "$folder/work"
cd "$folder/work" || exit 2

bare() { # the same namespaces and file system, and no node
  bwrap --unshare-all --disable-userns --unshare-user --die-with-parent --cap-drop ALL --clearenv --setenv PATH /usr/bin:/bin \
    --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 --proc /proc --dev /dev \
    --tmpfs /tmp --bind "$folder/work" "$folder/work" --chdir "$folder/work" "$@"
}
contained() { "$rein" run --quiet --agent bench "$@"; }

# wall ms, then user and system CPU ms of a command and its children
timed() {
  local TIMEFORMAT='%3R %3U %3S'
  { time "$@" >/dev/null 2>>"$folder/err" </dev/null; } 2>&1 | awk '{printf "%d %d\n", $1*1000, ($2+$3)*1000}'
}
quantiles() { # column 1: wall ms, column 2: CPU ms
  sort -n "$1" | awk -v what="$2" '{w[NR]=$1; c+=$2} END {
    printf "%-28s n=%d  p50 %d ms  p99 %d ms  max %d ms  CPU %d ms each\n", what, NR, w[int((NR+1)/2)], w[int(NR*0.99+0.5)], w[NR], c/NR}'
}
node_cpu() { awk '{print ($14+$15)*10}' "/proc/$node/stat"; } # ms at 100 Hz

sizes() { # what the node holds and what of it lies on the machine
  local name
  name=rein-$(printf '%s' "$REIN_HOME" | sha256sum | cut -c1-8)
  printf 'rss %d KiB, descriptors %d, threads %d, cgroups %d, sockets %d, run folders %d, processes in runs %d, host nft tables %d\n' \
    "$(awk '/VmRSS/{print $2}' "/proc/$node/status")" \
    "$(ls "/proc/$node/fd" | wc -l)" \
    "$(ls "/proc/$node/task" | wc -l)" \
    "$(find /sys/fs/cgroup -maxdepth 4 -type d -path "*/$name/*" 2>/dev/null | wc -l)" \
    "$(ls -l "/proc/$node/fd" | grep -c socket:)" \
    "$(ls "$REIN_HOME/runs" 2>/dev/null | wc -l)" \
    "$(grep -l "/$name/" /proc/[0-9]*/cgroup 2>/dev/null | wc -l)" \
    "$(nft list tables | wc -l)"
}
settle() { # the node's heap as small as it gets, so that growth is growth
  sleep 3
  "$JAVA_HOME/bin/jcmd" "$node" GC.run >/dev/null 2>&1
  sleep 1
}
. "$here/.mvn/jdk.sh"

start() {
  local n=${1:-50} before after
  say "== start: $n one after the other, interleaved with bare bwrap ($(load))"
  for _ in 1 2 3; do contained -- true >/dev/null 2>&1; bare true; done
  : >"$folder/rein.times"
  : >"$folder/bare.times"
  before=$(node_cpu)
  for _ in $(seq "$n"); do
    timed bare true >>"$folder/bare.times"
    timed contained -- true >>"$folder/rein.times"
  done
  after=$(node_cpu)
  quantiles "$folder/bare.times" "bare bwrap -- true"
  quantiles "$folder/rein.times" "rein run -- true"
  say "of the node: $(((after - before) / n)) ms CPU each   ($(load))"
}

together() {
  local n=${1:-50} began ended
  for what in bare contained; do
    : >"$folder/$what.times"
    say "== together: $n times $what at once ($(load))"
    began=$(now)
    local waits=()
    for _ in $(seq "$n"); do
      if [ "$what" = bare ]; then timed bare true >>"$folder/$what.times" & else timed contained -- true >>"$folder/$what.times" & fi
      waits+=($!)
    done
    wait "${waits[@]}" 2>/dev/null # those that ended long ago are not known any more
    ended=$(now)
    quantiles "$folder/$what.times" "$what -- true"
    say "$(awk -v n="$n" -v us="$((ended - began))" 'BEGIN {printf "%.1f starts/s", n * 1e6 / us}')   ($(load))"
  done
}

# Starts N runs of a script; returns when each has written a line.
hold_runs() {
  local n=$1 script=$2 i
  launchers=()
  rm -f "$folder/work"/count.*
  for i in $(seq "$n"); do
    contained --env N="$i" -- bash -c "$script" >/dev/null 2>>"$folder/err" </dev/null &
    launchers+=($!)
  done
  for _ in $(seq 3000); do
    [ "$(ls "$folder/work"/count.* 2>/dev/null | wc -l)" = "$n" ] && return 0
    sleep 0.1
  done
  say "only $(ls "$folder/work"/count.* 2>/dev/null | wc -l) of $n runs started"
  return 1
}
counting='setsid bash -c "trap : TERM; exec sleep 6000" & n=0; exec 9<> <(:); while :; do n=$((n+1)); echo $n > count.$N; read -rt 0.2 -u 9; done'

hold() {
  local n=${1:-50} before after
  say "== hold: $n runs that stay ($(load))"
  contained -- true
  settle
  say "before:  $(sizes)"
  before=$(awk '/VmRSS/{print $2}' "/proc/$node/status")
  hold_runs "$n" "$counting" || return 1
  settle
  say "with $n: $(sizes)"
  after=$(awk '/VmRSS/{print $2}' "/proc/$node/status")
  local pss
  pss=$(for pid in "${launchers[@]}"; do
    for each in "$pid" $(descendants "$pid"); do awk '/^Pss:/{print $2}' "/proc/$each/smaps_rollup" 2>/dev/null; done
  done | awk '{s+=$1} END {print s}')
  say "memory per run: node $(((after - before) / n)) KiB; its own processes (script, bwrap, command), shared pages shared out: $((pss / n)) KiB"
  local began
  began=$(now)
  "$rein" stop --blueprint coding --kill --reason bench
  say "the command took $((($(now) - began) / 1000)) ms"
  wait "${launchers[@]}" 2>/dev/null
  launchers=()
  "$rein" resume "$("$rein" stop --list | awk '{print $1; exit}')" >/dev/null
  settle
  say "after:   $(sizes)"
}
descendants() {
  local child
  for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
    printf '%s ' "$child"
    descendants "$child"
  done
}

restart() {
  local n=${1:-50} before after i old began back=0 on=0
  say "== restart: $n counting runs across a planned restart ($(load))"
  hold_runs "$n" "$counting" || return 1
  for i in $(seq "$n"); do cp "count.$i" "$folder/at.$i"; done
  old=$node
  began=$(now)
  "$rein" drain --hand-over
  wait "$old" 2>/dev/null
  up
  say "down and up again in $((($(now) - began) / 1000)) ms"
  for _ in $(seq 100); do
    on=0
    for i in $(seq "$n"); do [ "$(cat "count.$i")" -gt "$(($(cat "$folder/at.$i") + 3))" ] 2>/dev/null && on=$((on + 1)); done
    [ "$on" = "$n" ] && break
    sleep 0.2
  done
  say "$on of $n count on; $(sizes)"
  "$rein" stop --blueprint coding --kill --reason bench
  wait "${launchers[@]}" 2>/dev/null
  launchers=()
  "$rein" resume "$("$rein" stop --list | awk '{print $1; exit}')" >/dev/null
  say "after the stop: $(sizes)"
}

soak() {
  local n=${1:-1000} seconds=${2:-600} began due i failed late=0 waits=()
  say "== soak: $n runs over $seconds s ($(load))"
  for _ in 1 2 3; do contained -- true; done
  settle
  say "before:  $(sizes)"
  : >"$folder/soak.times"
  began=$(now)
  for i in $(seq "$n"); do
    due=$((began + (i - 1) * seconds * 1000000 / n))
    while [ "$(now)" -lt "$due" ]; do sleep 0.05; done
    while [ "$(jobs -rp | wc -l)" -gt 50 ]; do late=1; sleep 0.1; done # as many at once as the drain test holds
    { timed contained -- true || echo failed; } >>"$folder/soak.times" &
    waits+=($!)
    [ $((i % 250)) != 0 ] || say "at $i: $(sizes)"
  done
  wait "${waits[@]}" 2>/dev/null # those that ended long ago are not known any more
  quantiles "$folder/soak.times" "rein run -- true"
  say "in $((($(now) - began) / 1000000)) s; the machine $([ "$late" = 0 ] && echo kept || echo 'did not keep') the pace   ($(load))"
  failed=$(sort "$folder/err" | uniq -c)
  [ -z "$failed" ] || say "said: $failed"
  settle
  say "after:   $(sizes)"
}

say "$(uname -srm), $(nproc) cores, $(awk '/MemTotal/{print int($2/1048576)}' /proc/meminfo) GiB, $(date -u +%F), $("$rein" --version)"
up
case "${1:-all}" in
  start | together | hold | restart | soak) "$@" ;;
  all) start && together && hold && restart && soak ;;
  *) sed -n '2,11p' "$0" ;;
esac
