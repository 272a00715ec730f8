# One server = one folder of the set: start and ready (commands), port, pid ("<pid> <start time>"), signal, out (its words).
# shellcheck shell=bash

say() { echo "servers: $*" >&2; }
fail() { say "$*"; exit 1; }

# Empty for a zombie. With the pid it names one process for ever: a pid alone may be another's by now.
start_time() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" {print $20}'; }

alive() {
  local pid time
  read -r pid time 2>/dev/null <"$S/$1/pid" && [ -n "$pid" ] && [ "$(start_time "$pid")" = "$time" ]
}

# Also past the zombie: PostgreSQL's lock file takes one for a living server.
wait_gone() {
  local pid time i
  read -r pid time 2>/dev/null <"$S/$1/pid" || return 0
  for ((i = 0; i < 600; i++)); do
    alive "$1" || [ -e "/proc/$pid" ] || return 0
    sleep 0.1
  done
  return 1
}

# setsid in the background keeps the pid; no terminal's Ctrl-C reaches the server.
launch() {
  alive "$1" && return 0
  wait_gone "$1" || true
  rm -f "$S/$1/server.pid"
  setsid bash "$S/$1/start" >>"$S/$1/out" 2>&1 </dev/null 9>&- &
  echo "$! $(start_time $!)" >"$S/$1/pid"
  disown
}

wait_ready() {
  local tries i
  for ((tries = 1; tries <= 3; tries++)); do
    for ((i = 0; i < 2400; i++)); do
      if bash "$S/$1/ready" >/dev/null 2>&1; then return 0; fi
      alive "$1" || break
      sleep 0.1
    done
    alive "$1" && break
    # The children of a killed PostgreSQL hold its memory for a moment.
    sleep 1
    launch "$1"
  done
  say "$1 did not start; its last words:"
  tail -n 15 "$S/$1/out" >&2
  return 1
}

main_pid() {
  local pid
  alive "$1" || return 1
  # Elasticsearch 8+ is a launcher and a server; whoever wants to kill means the server.
  if pid=$(cat "$S/$1/server.pid" 2>/dev/null) && [ -n "$(start_time "$pid")" ]; then echo "$pid"; else cut -d' ' -f1 "$S/$1/pid"; fi
}

descendants() {
  local child
  for child in $(cat "/proc/$1/task/"*/children 2>/dev/null); do echo "$child"; descendants "$child"; done
}

end_server() {
  local pid time i
  alive "$1" || return 0
  read -r pid time <"$S/$1/pid"
  # A stopped process would answer no polite signal.
  # shellcheck disable=SC2046
  kill -CONT "$pid" $(descendants "$pid") 2>/dev/null || true
  kill -"$(cat "$S/$1/signal" 2>/dev/null || echo TERM)" "$pid" 2>/dev/null || true
  for ((i = 0; i < 200; i++)); do alive "$1" || return 0; sleep 0.1; done
  say "$1 does not end by itself: SIGKILL"
  # shellcheck disable=SC2046
  kill -KILL "$pid" $(descendants "$pid") 2>/dev/null || true
  wait_gone "$1" || true
}

signal_server() {
  local name=$1 signal=${2#SIG} pid
  pid=$(main_pid "$name") || fail "$name is not running."
  case "$signal" in
    # PostgreSQL's backends are processes of their own: all of it must stand still.
    STOP | CONT) # shellcheck disable=SC2046
      kill -"$signal" "$pid" $(descendants "$pid") ;;
    KILL) kill -KILL "$pid"; for ((i = 0; i < 300; i++)); do alive "$name" || break; sleep 0.1; done; wait_gone "$name" ;;
    *) kill -"$signal" "$pid" ;;
  esac
}

# Below the ephemeral ports: nobody's outgoing connection takes the port while the server is down. + 10000 is Redis' bus.
free_port() {
  local port
  while :; do
    port=$((10500 + RANDOM % 9000))
    grep -qsx "$port" "$S"/*/port "$S"/*/port2 && continue
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "$port"; return; fi
  done
}

# The words that run a command as USER where we are root, and nothing elsewhere. They keep the pid.
as() {
  if [ "$(id -u)" = 0 ]; then echo "setpriv --reuid=$1 --regid=$(id -gn "$1") --init-groups"; fi
}
own() { if [ "$(id -u)" = 0 ]; then chown -R "$1:$(id -gn "$1")" "$2"; fi; }

# A server that refuses root must be able to walk into its folder.
check_passable() {
  # shellcheck disable=SC2046
  $(as "$1") test -x "$2" || fail "user $1 may not enter $2: choose another folder with TWEETPULSE_SERVERS_DIR."
}

# new_server NAME 'start command' 'ready command': its folder and port exist already.
new_server() {
  printf 'cd %q\nexec %s\n' "$S/$1" "$2" >"$S/$1/start"
  printf '%s\n' "$3" >"$S/$1/ready"
}
export_line() { printf "export %s='%s'\n" "$2" "$3" >>"$S/$1/env"; }

make_certificates() {
  [ -f "$S/tls/done" ] && return
  mkdir -p "$S/tls"
  (
    cd "$S/tls"
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -keyout ca.key -out ca.crt -subj '/CN=tweetpulse test CA' -addext basicConstraints=critical,CA:TRUE
    openssl req -newkey rsa:2048 -nodes -keyout srv.key -out srv.csr -subj /CN=localhost
    printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n' >extensions
    openssl x509 -req -in srv.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -extfile extensions -out srv.crt
    chmod 644 ./*
    touch done
  ) >"$S/tls/out" 2>&1 || fail "openssl made no certificates: $(tail -n 3 "$S/tls/out")"
}
