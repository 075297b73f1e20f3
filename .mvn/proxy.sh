# Sourced by .mvn/jdk.sh and by an installed launcher: translates proxy settings for the JVM into REIN_PROXY_FLAGS.

# http://host:port → the JVM's own properties, since no JVM reads HTTPS_PROXY.
proxy_flags() {
  REIN_PROXY_FLAGS=
  for scheme in http https; do
    if [ "$scheme" = https ]; then url=${HTTPS_PROXY:-${https_proxy:-}}; else url=${HTTP_PROXY:-${http_proxy:-}}; fi
    [ -n "$url" ] || continue
    authority=${url#*://}
    authority=${authority%%/*}
    authority=${authority##*@}
    host=${authority%:*}
    port=${authority##*:}
    [ "$host" = "$authority" ] && port=80
    REIN_PROXY_FLAGS="$REIN_PROXY_FLAGS -D$scheme.proxyHost=$host -D$scheme.proxyPort=$port"
  done
  hosts=${NO_PROXY:-${no_proxy:-}}
  if [ -n "$hosts" ] && [ -n "$REIN_PROXY_FLAGS" ]; then
    # .example.com and example.com both mean the suffix; the JVM wants globs between bars.
    globs=$(printf '%s' "$hosts" | tr ', ' '||' | sed 's/|\./|*./g; s/^\./*./')
    REIN_PROXY_FLAGS="$REIN_PROXY_FLAGS -Dhttp.nonProxyHosts=$globs"
  fi
  export REIN_PROXY_FLAGS
}

proxy_flags
