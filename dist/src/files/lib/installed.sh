# Sourced by bin/rein of an archive in place of a search for a JDK: the runtime that came along, and nothing to build.
home=$(cd "$here/.." && pwd)
export JAVA_HOME="$home/runtime"
. "$home/lib/proxy.sh"
# The order of the jars is part of what the AOT cache was trained with. No empty entry: Java takes it for the current folder.
REIN_CLASSPATH=$(LC_ALL=C && printf ':%s' "$home"/lib/*.jar)
REIN_CLASSPATH=${REIN_CLASSPATH#:}
# Beside the jars, so that whoever may write it may also write what it caches.
aot_cache=$home/lib/rein.aot
# install.sh has written where the service keeps its data: root's commands mean the service, unless they say otherwise.
if [ -z "${REIN_HOME:-}" ] && [ "$(id -u)" = 0 ] && [ -r "$home/data-folder" ]; then
  REIN_HOME=$(cat "$home/data-folder")
  export REIN_HOME
fi
