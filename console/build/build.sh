#!/usr/bin/env bash
# Builds the console into target/classes/rein/console, or leaves there, in one sentence, why it did not.
# Usage: build.sh required|optional. Called by Maven; needs Node 20.19 or newer and what `npm ci` fetches.
set -eu
cd "$(dirname "$0")/.."
mode=${1:-required}
out=target/classes/rein/console

absent() { # the server says this sentence at its address, the launcher on the terminal
  rm -rf "$out"
  mkdir -p "$out"
  echo "This build of Rein has no console, since $1. The API is at /v1; \`./mvnw package\` builds the console." >"$out/absent.txt"
  echo "console: $(cat "$out/absent.txt")"
  exit 0
}

failed() {
  tail -n 30 target/console.log >&2
  [ "$mode" = required ] || absent "$1"
  echo "console: $1; the end of the output is above, all of it is in console/target/console.log" >&2
  exit 1
}

if [ -s "$out/files.txt" ] && [ -z "$(find src build index.html public package.json package-lock.json tsconfig.json vite.config.ts \
  -type f -newer "$out/files.txt" -print -quit)" ]; then
  exit 0
fi
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || absent "Node and npm were not found"
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
  || absent "Node $(node --version) is older than 20.19"
mkdir -p target
: >target/console.log
[ -z "${REIN_EXTRA_CA:-}" ] || export NODE_EXTRA_CA_CERTS=$REIN_EXTRA_CA
if [ ! -s node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --ignore-scripts >>target/console.log 2>&1 || failed "its dependencies could not be fetched (npm ci)"
  touch node_modules/.package-lock.json
fi
npm run --silent build >>target/console.log 2>&1 || failed "it did not build (npm run build)"
rm -rf "$out"
mkdir -p "$out"
cp -R target/dist/. "$out/"
(cd target/dist && find . -type f | sed 's|^\./||' | LC_ALL=C sort) >"$out/files.txt"
