#!/usr/bin/env bash
# Two demos behind one nginx: users in PostgreSQL, sessions in Redis, one emulated user pool.
#
#   demo/cluster.sh            then open http://127.0.0.1:8080
#
# DATABASE_URL and SESSION_STORE name other servers. Ctrl-C ends all that was started here.
set -euo pipefail
cd "$(dirname "$0")/.."

: "${DATABASE_URL:=postgres://postgres@127.0.0.1:5432/axum_cognito_demo}"
: "${SESSION_STORE:=redis://127.0.0.1:6379/1}"
: "${CLUSTER_PORT:=8080}"
# A new key at each start: who was logged in before logs in again.
: "${SEALING_KEYS:=$(head -c 32 /dev/urandom | base64)}"
export DATABASE_URL SESSION_STORE SEALING_KEYS

emulator_port=$((CLUSTER_PORT + 1))
demo_ports=($((CLUSTER_PORT + 2)) $((CLUSTER_PORT + 3)))

for program in nginx cargo; do
  if ! command -v "$program" >/dev/null; then
    echo "cluster.sh: $program is not here (Debian: nginx-light; https://rustup.rs)" >&2
    exit 1
  fi
done

cargo build --quiet -p demo -p cognito-emulator
target="${CARGO_TARGET_DIR:-target}/debug"

folder="$(mktemp -d)"
stop() {
  trap - EXIT INT TERM
  # shellcheck disable=SC2046
  kill $(jobs -p) 2>/dev/null || true
  wait
  rm -rf "$folder"
}
trap stop EXIT INT TERM

# The database of the users, if it is ours to make. Anywhere else it has to be there.
if [[ "$DATABASE_URL" == *@127.0.0.1:5432/axum_cognito_demo ]] && command -v createdb >/dev/null; then
  createdb --host 127.0.0.1 --username postgres axum_cognito_demo 2>/dev/null || true
fi

"$target/cognito-emulator" --port "$emulator_port" --seed demo/cluster.json >"$folder/emulator.log" 2>&1 &

for port in "${demo_ports[@]}"; do
  COGNITO_USER_POOL_ID=us-east-1_Cluster1 \
    COGNITO_APP_ID=cluster1demo2app3client \
    COGNITO_APP_SECRET=the-emulated-pool-has-no-secrets \
    COGNITO_ENDPOINT="http://127.0.0.1:$emulator_port" \
    DEMO_LISTEN="127.0.0.1:$port" \
    "$target/demo" >"$folder/demo-$port.log" 2>&1 &
done

cat >"$folder/nginx.conf" <<NGINX
daemon off;
worker_processes 1;
pid $folder/nginx.pid;
error_log $folder/nginx.log;
events {}
http {
  access_log off;
  client_body_temp_path $folder/body;
  proxy_temp_path $folder/proxy;
  fastcgi_temp_path $folder/fastcgi;
  uwsgi_temp_path $folder/uwsgi;
  scgi_temp_path $folder/scgi;
  upstream demos {
    server 127.0.0.1:${demo_ports[0]} max_fails=1 fail_timeout=2s;
    server 127.0.0.1:${demo_ports[1]} max_fails=1 fail_timeout=2s;
  }
  server {
    listen 127.0.0.1:$CLUSTER_PORT;
    location / {
      proxy_pass http://demos;
      # The site compares this with Origin and Referer.
      proxy_set_header Host \$http_host;
      proxy_set_header X-Forwarded-For \$remote_addr;
      proxy_set_header X-Forwarded-Proto \$scheme;
      proxy_connect_timeout 1s;
      # A demo that is gone: the other one answers. A form that may have arrived is not sent twice.
      proxy_next_upstream error timeout;
    }
  }
}
NGINX
nginx -e "$folder/nginx.log" -c "$folder/nginx.conf" &

for port in "${demo_ports[@]}"; do
  for _ in $(seq 100); do
    curl --silent --fail "http://127.0.0.1:$port/readyz" >/dev/null && continue 2
    sleep 0.1
  done
  echo "cluster.sh: the demo on port $port does not run:" >&2
  cat "$folder/demo-$port.log" >&2
  exit 1
done

cat <<GREETING
Two demos behind nginx: http://127.0.0.1:$CLUSTER_PORT
  one demo    http://127.0.0.1:${demo_ports[0]}
  the other   http://127.0.0.1:${demo_ports[1]}
Users: alice Correct-horse-1, admin Correct-horse-2
Logs are in $folder. Ctrl-C ends all of it.
GREETING
wait
