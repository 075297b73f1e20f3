#!/usr/bin/env bash
# Bytes a second with all rules and views, beside java.util.regex in the same run, and texts made to be slow; a Markdown table.
#
#   bench/inspect/run.sh [FILE …]     ordinary text to measure with; this repository's own if none is given
set -eu
here=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
cd "$here"
. "$here/.mvn/jdk.sh"
./mvnw -q -B -Pbench -DskipTests -Dmaven.test.skip.exec=true -pl bench/inspect -am package \
  dependency:build-classpath -Dmdep.outputFile=target/bench.classpath -Dmdep.includeScope=runtime >&2
[ $# -gt 0 ] || mapfile -t files < <(git ls-files '*.md' '*.java' '*.ts' '*.tsx' '*.css' '*.sh' '*.yaml')
[ $# -eq 0 ] || files=("$@")
read -r one five fifteen _ </proc/loadavg
printf '%s, %s CPUs, Linux %s, JDK %s, %s; load %s %s %s\n\n' \
  "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" "$(nproc)" "$(uname -r)" \
  "$("$JAVA_HOME/bin/java" -version 2>&1 | sed -n 's/.*"\(.*\)".*/\1/p')" "$(date -u +%F)" "$one" "$five" "$fifteen"
exec "$JAVA_HOME/bin/java" -cp "bench/inspect/target/classes:$(cat bench/inspect/target/bench.classpath)" \
  rein.bench.inspect.Main "${files[@]}"
