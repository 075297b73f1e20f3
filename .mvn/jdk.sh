# Sourced by ./rein and ./mvnw, which say in $here where they are: finds a JDK 25 and translates proxy settings for the JVM.
# Sets JAVA_HOME and REIN_PROXY_FLAGS; ends the caller with one clear line when there is no JDK 25.

jdk_major() { # prints the feature version of the JDK in $1, or nothing
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

find_jdk() {
  for candidate in "${REIN_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/jdk* /opt/java/* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    [ -n "$candidate" ] || continue
    major=$(jdk_major "$candidate")
    if [ -n "$major" ] && [ "$major" -ge 25 ]; then
      JAVA_HOME=$candidate
      export JAVA_HOME
      return 0
    fi
  done
  echo "rein: no JDK 25 found. Install one (Debian, Ubuntu: temurin-25-jdk or openjdk-25-jdk)" >&2
  echo "rein: or set REIN_JAVA_HOME to the folder of a JDK 25." >&2
  exit 2
}

find_jdk
. "$here/.mvn/proxy.sh"
