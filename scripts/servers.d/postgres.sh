# PostgreSQL with one database, user and password tweetpulse (a superuser), with TLS on demand, and PgBouncer before it.
# shellcheck shell=bash

postgres_programs() {
  local found
  # shellcheck disable=SC2012
  found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  [ -n "$found" ] || fail "PostgreSQL is not installed: scripts/setup --test brings it."
  echo "$found"
}

new_postgres() {
  local name=$1 extra=$2 D=$S/$1 programs port as
  programs=$(postgres_programs)
  as=$(as postgres)
  mkdir -p "$D/d"
  free_port >"$D/port"
  port=$(cat "$D/port")
  echo tweetpulse >"$D/password"
  own postgres "$D"
  chmod 700 "$D/d"
  check_passable postgres "$D"
  (
    cd "$D"
    $as "$programs/initdb" -D d -U tweetpulse --pwfile=password -A scram-sha-256 -E UTF8 --locale=C.UTF-8 --no-sync
    echo 'CREATE DATABASE tweetpulse;' | $as "$programs/postgres" --single -D "$D/d" postgres
  ) >"$D/initdb" 2>&1 || fail "$name: initdb: $(tail -n 3 "$D/initdb")"
  echo INT >"$D/signal"
  new_server "$name" "$as $programs/postgres -D $D/d -p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200 $extra" \
    "pg_isready -q -h 127.0.0.1 -p $port"
}

prepare_postgres() {
  new_postgres postgres ""
  export_line postgres TWEETPULSE_TEST_POSTGRES "postgresql://tweetpulse:tweetpulse@127.0.0.1:$(cat "$S/postgres/port")/tweetpulse"
}

# Refuses plain text.
prepare_postgres_tls() {
  local name=postgres-tls
  make_certificates
  new_postgres $name "-c ssl=on"
  cp "$S/tls/srv.key" "$S/$name/d/server.key"
  cp "$S/tls/srv.crt" "$S/$name/d/server.crt"
  echo 'hostssl all all 127.0.0.1/32 scram-sha-256' >"$S/$name/d/pg_hba.conf"
  chmod 600 "$S/$name/d/server.key"
  own postgres "$S/$name/d"
  export_line $name TWEETPULSE_TEST_POSTGRES_TLS \
    "postgresql://tweetpulse:tweetpulse@localhost:$(cat "$S/$name/port")/tweetpulse?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=$S/tls/ca.crt"
  export_line $name TWEETPULSE_TEST_CA "$S/tls/ca.crt"
}

# Transaction mode: prepared statements do not survive in it.
prepare_pgbouncer() {
  local D=$S/pgbouncer port
  [ -f "$S/postgres/port" ] || fail "pgbouncer needs postgres: name both."
  mkdir -p "$D"
  free_port >"$D/port"
  port=$(cat "$D/port")
  echo '"tweetpulse" "tweetpulse"' >"$D/users"
  printf '%s\n' '[databases]' "* = host=127.0.0.1 port=$(cat "$S/postgres/port")" '[pgbouncer]' 'listen_addr=127.0.0.1' "listen_port=$port" 'unix_socket_dir=' \
    'auth_type=scram-sha-256' "auth_file=$D/users" 'pool_mode=transaction' 'default_pool_size=10' 'max_client_conn=200' \
    'ignore_startup_parameters=extra_float_digits,options' >"$D/b.ini"
  own nobody "$D"
  echo INT >"$D/signal"
  new_server pgbouncer "$(as nobody) /usr/sbin/pgbouncer $D/b.ini" "pg_isready -q -h 127.0.0.1 -p $port"
  export_line pgbouncer TWEETPULSE_TEST_PGBOUNCER "postgresql://tweetpulse:tweetpulse@127.0.0.1:$port/tweetpulse"
}
