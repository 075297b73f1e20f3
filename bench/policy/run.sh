#!/usr/bin/env bash
# Decisions a second at 10 to 10,000 policies, beside cedar-java in the same run; prints a Markdown table with its machine.
#
#   bench/policy/run.sh          about ten minutes
#   bench/policy/run.sh quick    about two, and figures to match
set -eu
here=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
cd "$here"
. "$here/.mvn/jdk.sh"
./mvnw -q -B -Pbench -DskipTests -Dmaven.test.skip.exec=true -pl bench/policy -am package \
  dependency:build-classpath -Dmdep.outputFile=target/bench.classpath -Dmdep.includeScope=runtime >&2
classpath=bench/policy/target/classes:$(cat bench/policy/target/bench.classpath)
read -r one five fifteen _ </proc/loadavg
printf '%s, %s CPUs, Linux %s, JDK %s, %s; load %s %s %s\n\n' \
  "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" "$(nproc)" "$(uname -r)" \
  "$("$JAVA_HOME/bin/java" -version 2>&1 | sed -n 's/.*"\(.*\)".*/\1/p')" "$(date -u +%F)" "$one" "$five" "$fifteen"
"$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -cp "$classpath" rein.bench.policy.Main "$@" 2>&1 | grep -v '^WARNING\|^SLF4J'
