# OpenSearch (the node class of its own Maven artefact) and Elasticsearch (its integration-test zip), one node each.
# shellcheck shell=bash

# A small heap and only the first compiler start in half the time; a bench wants neither.
java_words() {
  if [ -n "${bench:-}" ]; then echo "-Xms${heap:-1g} -Xmx${heap:-1g}"; else echo "-Xms${heap:-512m} -Xmx${heap:-512m} -XX:+UseSerialGC -XX:TieredStopAtLevel=1"; fi
}

prepare_opensearch() {
  local D=$S/opensearch version home java native="" port
  version=$(opensearch_version)
  home=$A/opensearch-$version
  java=$(java_for "$version")
  mkdir -p "$D/tmp"
  echo "${wanted_port:-$(free_port)}" >"$D/port"
  port=$(cat "$D/port")
  free_port >"$D/port2"
  case "$version" in 2.*) ;; *) native=--enable-native-access=ALL-UNNAMED ;; esac
  echo "$version" >"$D/version"
  new_server opensearch "$java/bin/java $(java_words) $native -Dlog4j2.disable.jmx=true -Djava.io.tmpdir=$D/tmp -Dbase=$D/base -Dhttp=$port \
-Dtransport=$(cat "$D/port2") ${TWEETPULSE_SERVERS_OPENSEARCH_WORDS:-} -cp '$home/node:$home/lib/*' OpenSearchNode" \
    "curl -fs '127.0.0.1:$port/_cluster/health?wait_for_status=yellow&timeout=2s'"
  export_line opensearch TWEETPULSE_TEST_OPENSEARCH "http://127.0.0.1:$port"
}

# new_elasticsearch NAME WORDS...: the words are lines of its configuration.
new_elasticsearch() {
  local name=$1 D=$S/$1 version java as port home
  shift
  version=$(elasticsearch_version)
  java=$(java_for "$version")
  home=$A/elasticsearch-$version
  as=$(as nobody)
  mkdir -p "$D/tmp" "$D/data" "$D/logs"
  echo "${wanted_port:-$(free_port)}" >"$D/port"
  port=$(cat "$D/port")
  free_port >"$D/port2"
  # Root's cache folder may be closed to the user that Elasticsearch must run as.
  if ! $as test -r "$home/lib"; then
    cp -rl "$home" "$D/home" 2>/dev/null || { rm -rf "$D/home"; cp -r "$home" "$D/home"; }
    home=$D/home
  fi
  cp -r "$home/config" "$D/config"
  printf '%s\n' 'cluster.name: tweetpulse-test' 'node.name: n1' 'discovery.type: single-node' 'network.host: 127.0.0.1' "http.port: $port" \
    "transport.port: $(cat "$D/port2")" "path.data: $D/data" "path.logs: $D/logs" 'cluster.routing.allocation.disk.threshold_enabled: false' "$@" \
    >"$D/config/elasticsearch.yml"
  sed -i "/gc.log/d; s|logs/hs_err|$D/logs/hs_err|; s|HeapDumpPath=data|HeapDumpPath=$D/data|" "$D/config/jvm.options"
  [ -n "${bench:-}" ] || sed -i '/UseG1GC/d' "$D/config/jvm.options"
  own nobody "$D"
  check_passable nobody "$D"
  echo "$version" >"$D/version"
  echo "export ES_JAVA_HOME=$java ES_PATH_CONF=$D/config ES_TMPDIR=$D/tmp HOME=$D ES_JAVA_OPTS='$(java_words)'" >"$D/environment"
  new_server "$name" "$as $home/bin/elasticsearch -p $D/server.pid" "curl -fs '127.0.0.1:$port/_cluster/health?wait_for_status=yellow&timeout=2s'"
  sed -i "1i . $D/environment" "$D/start"
}

prepare_elasticsearch() {
  local lines=()
  # The zip of Elasticsearch 7 is the open-source flavour: it refuses the setting.
  case "$(elasticsearch_version)" in 7.*) ;; *) lines=('xpack.security.enabled: false') ;; esac
  new_elasticsearch elasticsearch "${lines[@]}"
  export_line elasticsearch TWEETPULSE_TEST_ELASTICSEARCH "http://127.0.0.1:$(cat "$S/elasticsearch/port")"
}

# https; user tp may do all, user ro reads tweets-*.
prepare_elasticsearch_secure() {
  local name=elasticsearch-secure D=$S/elasticsearch-secure home port
  make_certificates
  new_elasticsearch $name 'xpack.security.enabled: true' 'xpack.security.transport.ssl.enabled: false' 'xpack.security.http.ssl.enabled: true' \
    'xpack.security.http.ssl.key: srv.key' 'xpack.security.http.ssl.certificate: srv.crt' 'xpack.security.http.ssl.certificate_authorities: [ca.crt]'
  port=$(cat "$D/port")
  cp "$S/tls/srv.key" "$S/tls/srv.crt" "$S/tls/ca.crt" "$D/config/"
  echo 'ro: {indices: [{names: ["tweets-*", "tweets"], privileges: ["read"]}]}' >>"$D/config/roles.yml"
  own nobody "$D/config"
  home=$D/home
  [ -d "$home" ] || home=$A/elasticsearch-$(cat "$D/version")
  (
    # shellcheck disable=SC1091
    . "$D/environment"
    cd "$D"
    $(as nobody) "$home/bin/elasticsearch-users" useradd tp -p tppass123 -r superuser
    $(as nobody) "$home/bin/elasticsearch-users" useradd ro -p ropass123 -r ro
  ) >"$D/users" 2>&1 || fail "$name: elasticsearch-users: $(tail -n 3 "$D/users")"
  echo "curl -fs --cacert $S/tls/ca.crt -u tp:tppass123 'https://127.0.0.1:$port/_cluster/health?wait_for_status=yellow&timeout=2s'" >"$D/ready"
  export_line $name TWEETPULSE_TEST_ELASTICSEARCH_SECURE "https://tp:tppass123@127.0.0.1:$port"
  export_line $name TWEETPULSE_TEST_ELASTICSEARCH_READONLY "https://ro:ropass123@127.0.0.1:$port"
  export_line $name TWEETPULSE_TEST_CA "$S/tls/ca.crt"
}
