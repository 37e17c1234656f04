#!/bin/sh
# Installs what tools/packages lists and this machine lacks: `tools/setup.sh build|test`. Both
# commands call it before they build. Nothing missing costs one dpkg-query (10 ms). Packages are
# only ever installed as root, or through a sudo that asks nothing; otherwise the exact list is
# printed and the exit is 2. DRAGNET_SETUP=skip trusts that everything is there (other systems,
# hand-built libraries). Everything is said on stderr.
set -eu

group=${1:-build}
folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
minimum_cmake=3.25

say() { printf 'dragnet set-up: %s\n' "$*" >&2; }

system_name() { # debian-12, ubuntu-24.04; empty where there is no os-release
  [ -r /etc/os-release ] || return 0
  (. /etc/os-release && printf '%s-%s\n' "${ID:-}" "${VERSION_ID:-}")
}

architecture() { # as Debian calls it; only amd64 is told from the rest
  case $(uname -m) in
    x86_64) echo amd64 ;;
    *) uname -m ;;
  esac
}

# The entries of the asked group, one a line; alternatives that do not fit this machine dropped.
fitting_entries() {
  awk -v group="$group" -v arch="$(architecture)" -v system_name="$(system_name)" '
    $1 == "build" || ($1 == "test" && group == "test") {
      n = split($2, names, "|")
      entry = ""
      for (i = 1; i <= n; i++) {
        name = names[i]
        if (match(name, /\[.*\]$/)) {
          wanted = substr(name, RSTART + 1, RLENGTH - 2)
          name = substr(name, 1, RSTART - 1)
          if (wanted != arch && wanted != system_name) continue
        }
        entry = entry (entry == "" ? "" : " ") name
      }
      if (entry != "") print entry
    }' "$folder/packages"
}

# The first alternative of every entry none of whose alternatives is installed.
missing_packages() {
  entries=$(fitting_entries)
  installed=
  if command -v dpkg-query >/dev/null 2>&1; then
    # shellcheck disable=SC2086 # one word per package; unknown ones only make it complain
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $entries 2>/dev/null |
      sed -n 's/^installed //p') || true
  fi
  { printf '%s\n' "$installed"; echo --; printf '%s\n' "$entries"; } | awk '
    !entries && $0 == "--" { entries = 1; next }
    !entries { have[$1] = 1; next }
    { for (i = 1; i <= NF; i++) if ($i in have) next
      print $1 }'
}

refuse() { # refuse REASON: says what is missing, and ends
  say "$1"
  say "install these packages (names of Debian 12 and Ubuntu 24.04), then run it again:"
  printf '  %s\n' "$missing" >&2
  exit 2
}

# With root's rights, or through the words in $1. Apt's own talk is shown only when it fails.
install_missing() {
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  apt="$1 env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300"
  # A foreign source that does not answer is no reason to give up: what counts is the install.
  $apt update </dev/null >"$log" 2>&1 || say "apt-get update had errors, going on"
  # shellcheck disable=SC2086 # a word per package
  if ! $apt install --no-install-recommends $missing </dev/null >>"$log" 2>&1; then
    tail -n 40 "$log" >&2
    refuse "apt-get install failed, its last lines are above"
  fi
}

check_cmake() { # a cmake that is too old would fail with a message about our files
  found=$(cmake --version 2>/dev/null | sed -n '1s/.* \([0-9][0-9.]*\).*/\1/p')
  lowest=$(printf '%s\n%s\n' "$minimum_cmake" "${found:-0}" | sort -V | head -n 1)
  [ "$lowest" = "$minimum_cmake" ] && return 0
  say "cmake ${found:-(none)} is too old, $minimum_cmake or newer is needed" \
    "(Debian 12 and Ubuntu 24.04 have it)"
  exit 2
}

if [ "${DRAGNET_SETUP:-}" != skip ]; then
  missing=$(missing_packages | paste -s -d ' ')
  if [ -n "$missing" ]; then
    command -v apt-get >/dev/null 2>&1 || refuse "there is no apt-get here"
    if [ "$(id -u)" = 0 ]; then
      say "installing $missing"
      install_missing ''
    elif sudo -n true 2>/dev/null; then
      say "installing $missing"
      install_missing 'sudo -n'
    else
      refuse "packages are missing, and this is neither root nor a sudo that asks nothing"
    fi
  fi
fi
check_cmake
