# Redis 7 with RedisBloom: one durable server, one with TLS and users, a Cluster of three masters, Sentinels with a replica.
# shellcheck shell=bash

redis_folder() {
  mkdir -p "$S/$1"
  free_port >"$S/$1/port"
}

# redis_server NAME WORDS...: the server's own words come last and win.
redis_server() {
  local name=$1 port
  shift
  port=$(cat "$S/$name/port")
  new_server "$name" \
    "redis-server --port $port --bind 127.0.0.1 --dir $S/$name --save '' --appendonly yes --enable-debug-command local --loadmodule $A/redis/redisbloom.so $*" \
    "redis-cli -p $port ping | grep -q PONG"
}

prepare_redis() {
  redis_folder redis
  redis_server redis --appendfsync always --maxmemory "${TWEETPULSE_SERVERS_REDIS_MEMORY:-2gb}" --maxmemory-policy noeviction
  export_line redis TWEETPULSE_TEST_REDIS "redis://127.0.0.1:$(cat "$S/redis/port")"
}

# user tp: what the product needs on keys tp:*; user ro: reads only.
prepare_redis_tls() {
  local name=redis-tls port T=$S/tls
  make_certificates
  redis_folder $name
  port=$(cat "$S/$name/port")
  printf '%s\n' 'user default off' 'user tp on >tppass ~tp:* ~{tp:* &* +@all -@dangerous +info +config|get' 'user ro on >ropass ~tp:* &* +@read +ping' >"$S/$name/users.acl"
  redis_server $name --appendfsync always --maxmemory 256mb --maxmemory-policy noeviction --port 0 --tls-port "$port" \
    --tls-cert-file "$T/srv.crt" --tls-key-file "$T/srv.key" --tls-ca-cert-file "$T/ca.crt" --tls-auth-clients no --aclfile "$S/$name/users.acl"
  echo "redis-cli -p $port --tls --cacert $T/ca.crt --user ro --pass ropass --no-auth-warning ping | grep -q PONG" >"$S/$name/ready"
  export_line $name TWEETPULSE_TEST_REDIS_TLS "rediss://tp:tppass@127.0.0.1:$port"
  export_line $name TWEETPULSE_TEST_REDIS_TLS_READONLY "rediss://ro:ropass@127.0.0.1:$port"
  export_line $name TWEETPULSE_TEST_CA "$T/ca.crt"
}

prepare_redis_cluster() {
  local i ports=() nodes
  mkdir -p "$S/redis-cluster"
  for i in 1 2 3; do
    redis_folder "redis-cluster-$i"
    ports+=("127.0.0.1:$(cat "$S/redis-cluster-$i/port")")
    redis_server "redis-cluster-$i" --appendfsync always --maxmemory 256mb --maxmemory-policy noeviction --cluster-enabled yes \
      --cluster-config-file nodes.conf --cluster-node-timeout 2000
  done
  printf 'redis-cluster-%s\n' 1 2 3 >"$S/redis-cluster/members"
  echo "redis-cli --cluster create ${ports[*]} --cluster-replicas 0 --cluster-yes" >"$S/redis-cluster/first"
  for i in 0 1 2; do echo "redis-cli -p ${ports[i]#*:} cluster info | grep -q cluster_state:ok || exit 1"; done >"$S/redis-cluster/ready"
  nodes=$(IFS=,; echo "${ports[*]}")
  export_line redis-cluster TWEETPULSE_TEST_REDIS_CLUSTER "redis://$nodes"
}

prepare_redis_sentinel() {
  local i port master nodes=()
  mkdir -p "$S/redis-sentinel"
  for i in master replica; do
    redis_folder "redis-sentinel-$i"
    master=${master:-$(cat "$S/redis-sentinel-$i/port")}
    redis_server "redis-sentinel-$i" --appendfsync always --maxmemory 256mb --maxmemory-policy noeviction --repl-diskless-sync-delay 0
  done
  sed -i "s/\$/ --replicaof 127.0.0.1 $master/; 1s/ --replicaof.*//" "$S/redis-sentinel-replica/start"
  for i in 1 2 3; do
    redis_folder "redis-sentinel-$i"
    port=$(cat "$S/redis-sentinel-$i/port")
    printf '%s\n' "port $port" 'bind 127.0.0.1' "dir $S/redis-sentinel-$i" "sentinel monitor tp 127.0.0.1 $master 2" \
      'sentinel down-after-milliseconds tp 1500' 'sentinel failover-timeout tp 5000' 'sentinel parallel-syncs tp 1' >"$S/redis-sentinel-$i/s.conf"
    new_server "redis-sentinel-$i" "redis-server $S/redis-sentinel-$i/s.conf --sentinel" "redis-cli -p $port ping | grep -q PONG"
    nodes+=("127.0.0.1:$port")
  done
  printf 'redis-sentinel-%s\n' master replica 1 2 3 >"$S/redis-sentinel/members"
  echo "redis-cli -p ${nodes[0]#*:} sentinel master tp | paste -s -d' ' | grep -q 'num-slaves 1 num-other-sentinels 2'" >"$S/redis-sentinel/ready"
  export_line redis-sentinel TWEETPULSE_TEST_REDIS_SENTINEL "redis+sentinel://$(IFS=,; echo "${nodes[*]}")/tp"
}
