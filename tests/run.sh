#!/usr/bin/env bash
# Runs every test of the repository: unit, integration and documentation tests, then every example.
#
#   tests/run.sh
#
# Needs Rust, a C compiler, `redis-server` (7 or later), PostgreSQL (15 or later), PgBouncer and `curl`; installs all but Rust on
# Debian and its relatives when it may. The tests start and stop their servers themselves, on private sockets in a
# temporary directory.
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

# Whether a server of PostgreSQL is there that is new enough. Debian keeps its programs off the PATH.
has_postgres() {
  local postgres version
  for postgres in "$(command -v postgres || true)" /usr/lib/postgresql/*/bin/postgres; do
    [ -x "$postgres" ] && [ -x "${postgres%/*}/initdb" ] || continue
    version=$("$postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    if [ "${version:-0}" -ge 15 ]; then
      return
    fi
  done
  return 1
}

# Whether a command is there: on the PATH, or where Debian has those of servers.
has() {
  if [ "$1" = postgres ]; then
    has_postgres
  else
    PATH=$PATH:/usr/sbin command -v "$1" >/dev/null
  fi
}

# Makes sure that a command is there: installs its Debian package when that is allowed, else says what to install.
require() {
  local command=$1 package=$2 service=${3:-}
  if has "$command"; then
    return
  fi
  may_install || fail "The tests need \`$command\`. Install the package \`$package\`, then run this again."
  # Somebody's service that is there already is not ours to stop.
  if [ -e "/etc/init.d/$service" ]; then
    service=
  fi
  say "installing $package"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -q || true
  as_root apt-get install -y -q --no-install-recommends "$package" </dev/null
  has "$command" || fail "$package was installed, and there is no \`$command\` that is new enough."
  # The package starts a service. None is wanted: the tests start their own.
  if [ -n "$service" ] && [ -d /run/systemd/system ]; then
    as_root systemctl disable --now "$service" || true
  elif [ -n "$service" ]; then
    as_root service "$service" stop </dev/null || true
  fi
}

command -v cargo >/dev/null || fail "The tests need Rust (cargo) on the PATH; rust-version in Cargo.toml says which."
require redis-server redis-server redis-server
require postgres postgresql postgresql
require pgbouncer pgbouncer pgbouncer
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

# Those that read what may not be copied here pass without it; with CI=true they fail.
data=${VERALUX_SHARED_DATA:-../shared/data}
[ -d "$data" ] || say "left out: tests over real messages and providers' payloads; \`$data\` (VERALUX_SHARED_DATA) is not there"

say "passed: $tests tests, $documentation_tests documentation tests, $examples examples"
