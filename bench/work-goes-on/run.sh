#!/usr/bin/env bash
# Does work go on? Ten small tasks by each agent command line, without Rein and with it, in turns; see README.md.
#
#   run.sh [--rounds N] [--clients "qwen-code codex opencode"] [--tasks "fix-a-bug …"] [--out DIR]
#
# As root. REIN_AGENTS is the folder with the installed clients (README.md says how); REIN_BENCH_PATH is put before the
# PATH of all, for a newer node. Ends only what it started, by process id.
set -u
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
rein=$here/../../rein
rounds=1 clients="qwen-code codex opencode" tasks= out=
arguments=("$@")
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2 ;;
    --clients) clients=$2 ;;
    --tasks) tasks=$2 ;;
    --out) out=$2 ;;
    *) sed -n '2,/^set -u/p' "$0" | grep '^#' >&2; exit 2 ;;
  esac
  shift 2
done
: "${tasks:=$(cd "$here/tasks" && echo *.json)}"

skip() { echo "skipped: missing facility: $*" >&2; exit 2; }
[ "$(id -u)" = 0 ] || skip "the user root"
for program in node npm mvn git make cc python3 ip unshare; do
  command -v $program >/dev/null || skip "the program $program"
done
[ -n "${REIN_AGENTS:-}" ] || skip "REIN_AGENTS, the folder with the agent command lines"
for client in $clients; do
  [ -d "$REIN_AGENTS/$client/node_modules" ] || skip "$client in $REIN_AGENTS/$client"
done
address=$(ip -4 -o addr show scope global | awk '{sub("/.*", "", $4); print $4; exit}')
[ -n "$address" ] || skip "an IPv4 address beside loopback"

# Only this mount namespace knows the names of the model and the forge.
if [ -z "${REIN_BENCH_INSIDE:-}" ]; then
  REIN_BENCH_INSIDE=1 exec unshare --mount -- "$0" "${arguments[@]}"
fi
: "${out:=$(mktemp -d)}"
mkdir -p "$out"
out=$(realpath "$out")
[ ! -e "$out/results.jsonl" ] || { echo "run.sh: $out holds results already" >&2; exit 2; }
{ cat /etc/hosts; echo "$address model.bench.test forge.bench.test"; } >"$out/hosts"
mount --bind "$out/hosts" /etc/hosts || exit 2
export REIN_HOME=$out/data REIN_CONTENT_KEY_FILE=$out/content.key
export PATH=${REIN_BENCH_PATH:+$REIN_BENCH_PATH:}/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin

started=()
ending() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null; done
  wait 2>/dev/null
  umount /etc/hosts
}
trap ending EXIT
service() { # LOG COMMAND…: in the background until it says "ready HOST:PORT"; the port in $port, the process in $!
  "${@:2}" >"$1" 2>&1 &
  started+=($!)
  for _ in $(seq 300); do
    port=$(sed -n 's/^ready .*:\([0-9]*\)$/\1/p' "$1" 2>/dev/null)
    [ -z "$port" ] || return 0
    sleep 0.1
  done
  echo "did not start: ${*:2}" >&2
  cat "$1" >&2
  exit 2
}

# The forge: the three projects with one commit each, and a history in which commit 13 broke something.
commit() { git -C "$1" -c user.name=bench -c user.email=bench@example.com commit -qm "$2"; }
for project in calc greeter wordcount; do
  cp -r "$here/projects/$project" "$out/source-$project"
  # Java sources carry another name here, so that nobody takes them for this project's own.
  find "$out/source-$project" -name '*.java.txt' -exec sh -c 'mv "$1" "${1%.txt}"' - {} \;
  git -C "$out/source-$project" init -q -b main .
  git -C "$out/source-$project" add .
  commit "$out/source-$project" "The project as it came"
done
mkdir -p "$out/source-history"
git -C "$out/source-history" init -q -b main .
echo 'grep -q limit=1 settings' >"$out/source-history/check.sh"
for n in $(seq 20); do
  printf 'step=%s\nlimit=%s\n' "$n" $((n < 13)) >"$out/source-history/settings"
  git -C "$out/source-history" add .
  commit "$out/source-history" "change $n"
done
for project in calc greeter wordcount history; do
  git clone -q --bare "$out/source-$project" "$out/forge/$project.git"
done
service "$out/forge.log" node "$here/forge.mjs" --root "$out/forge" --host "$address" --port 0
export FORGE=http://forge.bench.test:$port

# A machine whose registries have no public address (a mirror inside) grants them by name and writes their addresses into
# its hosts file; with registries that are public this changes nothing.
host_of() { sed -n 's#.*https*://\([^/:]*\).*#\1#p' | grep -v '^0\.0\.0\.0$' | sort -u; }
registries=$({ npm config get registry | host_of
  unzip -p "$(dirname "$(readlink -f "$(command -v mvn)")")"/../lib/maven-model-builder-*.jar \
    org/apache/maven/model/pom-4.0.0.xml 2>/dev/null | grep '<url>' | host_of
  cat /etc/maven/settings.xml ~/.m2/settings.xml 2>/dev/null | sed 's/<!--.*-->//; /<!--/,/-->/d' | grep '<url>' | host_of; } | sort -u)
for registry in $registries; do
  getent ahostsv4 "$registry" | awk -v name="$registry" 'NR == 1 {print $1, name}'
done >>"$out/hosts"
model_port=$(node -e 's = require("net").createServer().listen(0, () => { console.log(s.address().port); s.close() })')
{
  echo 'permit (principal, action == Action::"network:connect", resource == Host::"model.bench.test");'
  echo 'permit (principal, action == Action::"network:connect", resource == Host::"forge.bench.test");'
  for registry in $registries; do
    echo "permit (principal, action == Action::\"network:connect\", resource == Host::\"$registry\")"
    echo 'when { ["tls", "http"].contains(context.protocol) };'
  done
} >"$out/policy.cedar"

# What npm and the TLS libraries are told on this host, both modes are told.
settings=("NPM_CONFIG_REGISTRY=$(npm config get registry)" NPM_CONFIG_UPDATE_NOTIFIER=false)
cafile=$(npm config get cafile)
[ ! -f "$cafile" ] || settings+=("NPM_CONFIG_CAFILE=$cafile")
for name in NODE_EXTRA_CA_CERTS SSL_CERT_FILE CURL_CA_BUNDLE GIT_SSL_CAINFO REQUESTS_CA_BUNDLE; do
  [ -z "${!name:-}" ] || settings+=("$name=${!name}")
done
settings+=("MODEL_URL=http://model.bench.test:$model_port" "PATH=$PATH" CI=1)

"$rein" up --port 0 >"$out/node.log" 2>&1 &
started+=($!)
until grep -q ' is up: ' "$out/node.log"; do
  kill -0 $! 2>/dev/null || { cat "$out/node.log" >&2; exit 2; }
  sleep 0.1
done

rein_pid=$(cat "$REIN_HOME/lock")
TIMEFORMAT='%U %S'
cpu_of_node() { # milliseconds of CPU that the node and its database have used; those are counted to Rein
  local pid total=0 hertz
  hertz=$(getconf CLK_TCK)
  for pid in $rein_pid $(cat "/proc/$rein_pid"/task/*/children); do
    total=$((total + $(awk '{sub(/.*\) /, ""); print $12 + $13 + $14 + $15}' "/proc/$pid/stat" 2>/dev/null || echo 0)))
  done
  echo $((total * 1000 / hertz))
}

clean=(env -i TERM=dumb LANG=C.UTF-8 USER=root)
without() { mkdir -p "$at/home"; "${clean[@]}" HOME="$at/home" "${settings[@]}" "$here/client.sh" "$client" "$REIN_AGENTS/$client"; }
with() {
  local options=(--agent "bench-$client" --policy "$out/policy.cedar" --read "$here" --read "$REIN_AGENTS/$client"
    --label "client=$client" --label "task=$task" --label "round=$round")
  local setting
  for setting in "${settings[@]}"; do options+=(--env "$setting"); done
  [ -z "${REIN_BENCH_PATH:-}" ] || options+=(--read "$REIN_BENCH_PATH")
  "${clean[@]}" HOME="$out" PATH="$PATH" REIN_HOME="$REIN_HOME" REIN_CONTENT_KEY_FILE="$REIN_CONTENT_KEY_FILE" \
    "$rein" run "${options[@]}" -- "$here/client.sh" "$client" "$REIN_AGENTS/$client"
}
for round in $(seq "$rounds"); do
  for task in $tasks; do
    task=${task%.json}
    for client in $clients; do
      order="without with"
      [ $((round % 2)) = 1 ] || order="with without" # who goes first finds colder caches
      for mode in $order; do
        at=$out/$round-$task-$client-$mode
        mkdir -p "$at/work"
        service "$at.model" node "$here/model.mjs" --script "$here/tasks/$task.json" --host "$address" --port "$model_port" \
          --log "$at.steps"
        model=$!
        node_before=$(cpu_of_node)
        began=$(date +%s%N)
        time (cd "$at/work" && timeout -k 5 600 bash -c "$(declare -f "$mode"); $(declare -p clean settings); \
          here='$here' rein='$rein' out='$out' at='$at' client='$client' task='$task' round='$round'; $mode") \
          >"$at.out" 2>"$at.err" </dev/null
        code=$?
        millis=$((($(date +%s%N) - began) / 1000000))
        # bash says the time where the command's errors go, in the last line.
        cpu=$(tail -n 1 "$at.err" | awk -v node="$(($(cpu_of_node) - node_before))" '{printf "%d", ($1 + $2) * 1000 + node}')
        kill "$model"
        wait "$model" 2>/dev/null
        unset 'started[-1]'
        node "$here/report.mjs" step "$here/tasks/$task.json" "$at.steps" \
          "{\"round\":$round,\"task\":\"$task\",\"client\":\"$client\",\"mode\":\"$mode\",\"millis\":$millis,\"cpu\":$cpu,\"code\":$code}" \
          | tee -a "$out/results.jsonl"
        rm -rf "$at"
      done
    done
  done
done
for client in $clients; do
  "$rein" activity --json --agent "bench-$client" --decision deny --limit 1000
done >"$out/denials.jsonl"
for client in $clients; do
  "$rein" activity --json --agent "bench-$client" --kind run-ended --limit 1000
done >"$out/runs.jsonl"
node "$here/report.mjs" table "$out" | tee "$out/table.md"
echo "everything of this run is in $out" >&2
