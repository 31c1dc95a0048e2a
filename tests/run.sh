#!/usr/bin/env bash
# Runs every test of the repository: unit, integration and documentation tests, then every example.
#
#   tests/run.sh
#
# Needs Rust, a C compiler, `redis-server` (7 or later) and `curl`; installs all but Rust on Debian and its relatives when
# it may. The tests start and stop their servers themselves, on private sockets in a temporary directory.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n== %s\n' "$*"; }

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Runs a command as root, by sudo if need be. No question is asked: a run without a terminal must not hang.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo -n "$@"
  fi
}

may_install() {
  command -v apt-get >/dev/null && { [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; }
}

# Makes sure that a command is there: installs its Debian package when that is allowed, else says what to install.
require() {
  local command=$1 package=$2
  if command -v "$command" >/dev/null; then
    return
  fi
  may_install || fail "The tests need \`$command\` on the PATH. Install the package \`$package\`, then run this again."
  say "installing $package"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -q || true
  as_root apt-get install -y -q --no-install-recommends "$package" </dev/null
  command -v "$command" >/dev/null || fail "$package was installed and \`$command\` is not on the PATH."
  # The package of Redis starts a service. None is wanted: the tests start their own.
  if [ "$package" = redis-server ] && [ -d /run/systemd/system ]; then
    as_root systemctl disable --now redis-server || true
  fi
}

command -v cargo >/dev/null || fail "The tests need Rust (cargo) on the PATH; rust-version in Cargo.toml says which."
require redis-server redis-server
require curl curl
require cc gcc

output=$(mktemp)
trap 'rm -f "$output"' EXIT

# Runs a command, shows what it says and keeps it in $output, so that the closing line can count.
kept() {
  "$@" </dev/null 2>&1 | tee "$output"
}

# How many tests passed according to $output, be it nextest's summary or those of libtest.
passed() {
  awk '{ gsub(/\033\[[0-9;]*m/, "") }
       /^ *Summary .* tests? run: / { for (i = 2; i <= NF; i++) if ($i ~ /^passed/) n += $(i - 1) }
       /^test result: / { for (i = 2; i <= NF; i++) if ($i ~ /^passed/) n += $(i - 1) }
       END { print n + 0 }' "$output"
}

if command -v cargo-nextest >/dev/null; then
  say "tests (cargo nextest)"
  kept cargo nextest run --workspace --locked --no-fail-fast
else
  say "tests (cargo test)"
  kept cargo test --workspace --locked --no-fail-fast --lib --bins --tests
fi
tests=$(passed)

say "documentation tests"
kept cargo test --workspace --locked --doc
documentation_tests=$(passed)

examples=0
for source in examples/examples/*.rs; do
  [ -e "$source" ] || continue
  example=$(basename "$source" .rs)
  say "example $example"
  cargo run -q --locked -p veralux-examples --example "$example" </dev/null
  examples=$((examples + 1))
done

say "passed: $tests tests, $documentation_tests documentation tests, $examples examples"
