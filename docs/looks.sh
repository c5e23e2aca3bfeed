#!/usr/bin/env bash
# Takes the pictures of `examples/looks` that the guide has. Needs Chromium; pngquant makes them smaller (Debian:
# `chromium`, `pngquant`).
set -euo pipefail
cd "$(dirname "$0")/.."

if curl --silent --output /dev/null http://localhost:3000/; then
  echo 'something else listens on port 3000' >&2
  exit 1
fi
cargo build --workspace --locked --example looks
for look in company dark shop; do
  "${CARGO_TARGET_DIR:-target}/debug/examples/looks" "$look" &
  site=$!
  until curl --silent --fail --output /dev/null http://localhost:3000/login; do sleep 0.1; done
  picture="$PWD/docs/src/images/look-$look.png"
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=800,760 \
    --screenshot="$picture" http://localhost:3000/login 2>/dev/null
  kill "$site"
  wait "$site" 2>/dev/null || true
  if command -v pngquant >/dev/null; then
    pngquant --force --strip --speed 1 --output "$picture" "$picture"
  fi
done
ls -l docs/src/images/look-*.png
