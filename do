#!/usr/bin/env bash
# One entry to everything. ./do help lists what it can.
set -euo pipefail
cd "$(dirname "$0")"

help() { # what this lists
  echo "usage: ./do COMMAND [ARGUMENTS]"
  sed -n 's/^\([a-z][a-z_]*\)() { # \(.*\)/  \1\t\2/p' do | expand -t 12
}

run() { # start the demonstration node at http://localhost:5080   [--port N] [--fresh] [--training]
  local port=5080 folder=.demo extra=()
  while [ $# -gt 0 ]; do
    case $1 in
      --port) port=$2; shift ;;
      --fresh) rm -rf .demo .demo-training ;;
      --training) extra+=(--training); folder=.demo-training ;;
      *) echo "do run: unknown argument $1" >&2; exit 2 ;;
    esac
    shift
  done
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    echo "do run: port $port is taken; stop what uses it, or say ./do run --port N" >&2
    exit 1
  fi
  build_release
  exec dotnet "$release" demo --data "$folder" --urls "http://localhost:$port" "${extra[@]}"
}

tambo() { # run the tambo program: ./do tambo --help
  build_release >&2
  exec dotnet "$release" "$@"
}

build() { # build everything (Debug)
  build_web
  dotnet build Tambo.slnx --nologo -v q
}

test() { # everything: both databases, browser, drills   [arguments go to the test runner]
  need_engines
  build_web
  dotnet build tests/Tambo.Tests.csproj -c Release --nologo -v q
  run_tests "$@"
}

lint() { # formatting and analyzers
  dotnet format Tambo.slnx whitespace --verify-no-changes --no-restore
  dotnet build Tambo.slnx -c Release --nologo -v q
}

format() { # mend formatting
  dotnet format Tambo.slnx whitespace --no-restore
}

bless() { # renew generated documents and approved snapshots
  build_web
  dotnet build tests/Tambo.Tests.csproj -c Release --nologo -v q
  TAMBO_BLESS=1 dotnet tests/bin/Release/net10.0/Tambo.Tests.dll -noColor -trait "Kind=Snapshot"
}

pictures() { # renew the pictures of every public page (docs/screenshots)
  need_engines
  build_web
  dotnet build tests/Tambo.Tests.csproj -c Release --nologo -v q
  TAMBO_PICTURES=1 dotnet tests/bin/Release/net10.0/Tambo.Tests.dll -noColor -class Tambo.Tests.Browser.Guide.PagePictures
}

bench() { # measure: ./do bench NAME…   (without a name, lists them)
  build_web
  # Versions are exact in package.json; a lock file would have to name what is only for other systems too.
  [ -d bench/peers/node_modules ] || (cd bench/peers && npm install --no-save --no-audit --no-fund --silent)
  # What builds must have ended before anything is measured.
  dotnet build bench/Tambo.Bench.csproj -c Release --nologo -v q --disable-build-servers
  dotnet bench/bin/Release/net10.0/Tambo.Bench.dll "$@"
}

drill() { # the long forms of the fault drills
  need_engines
  build_web
  dotnet build tests/Tambo.Tests.csproj -c Release --nologo -v q
  TAMBO_DRILL=long dotnet tests/bin/Release/net10.0/Tambo.Tests.dll -noColor -namespace "Tambo.Tests.Drills"
}

ci() { # what the build server runs: build, format, all tests, clean tree
  need_engines
  build_web
  dotnet restore Tambo.slnx
  # One compiler for all projects: each of its own would begin with compiling the analyzers.
  UseSharedCompilation=true dotnet build Tambo.slnx -c Release --nologo --no-restore
  dotnet build-server shutdown --vbcscompiler > /dev/null || true
  dotnet format Tambo.slnx whitespace --verify-no-changes --no-restore
  run_tests "$@"
  if [ -n "$(git status --porcelain)" ]; then
    echo "do ci: the run left changes in the tree:" >&2
    git status --short >&2
    exit 1
  fi
}

# --- below: not commands ---

release=src/Node/bin/Release/net10.0/tambo.dll

build_web() {
  command -v node >/dev/null || { echo "do: Node.js is missing (https://nodejs.org or your system's package nodejs)" >&2; exit 3; }
  local stamp=web/node_modules/.tambo-lock
  if ! cmp -s web/package-lock.json "$stamp"; then
    (cd web && npm ci --no-audit --no-fund --silent)
    cp web/package-lock.json "$stamp"
  fi
  if [ ! -f web/dist/manifest.json ] || [ -n "$(find web/src web/css web/*.mjs web/*.json web/*.svg -newer web/dist/manifest.json 2>/dev/null | head -1)" ]; then
    (cd web && npm run --silent build)
  fi
}

build_release() {
  build_web
  if [ -f "$release" ] && [ -z "$(find src data web/dist Directory.*.props -newer "$release" -type f -not -path '*/bin/*' -not -path '*/obj/*' 2>/dev/null | head -1)" ]; then
    return
  fi
  echo "do: building" >&2
  dotnet build src/Node/Tambo.Node.csproj -c Release --nologo -v q >&2
  touch "$release"
}

need_engines() {
  local missing=()
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
  command -v chromium >/dev/null || missing+=(chromium)
  command -v gcc >/dev/null || missing+=(gcc libc6-dev)
  [ ${#missing[@]} -eq 0 ] && return
  local apt=(apt-get install -y --no-install-recommends "${missing[@]}")
  if [ "$(id -u)" = 0 ]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive "${apt[@]}"
  elif sudo -n true 2>/dev/null; then
    sudo -n apt-get update -qq && sudo -n DEBIAN_FRONTEND=noninteractive "${apt[@]}"
  else
    echo "do: missing: ${missing[*]}" >&2
    echo "do: install with: sudo ${apt[*]}" >&2
    exit 3
  fi
}

run_tests() {
  local log report status=0
  log=$(mktemp) report=$(mktemp)
  # A test that hangs is named after five minutes, and the run ends after forty. What the tests have started may hold
  # their output open for longer than they live, so it is read from the file.
  # Most code runs seldom here: what makes it faster in the long run costs a quarter of the processors' time.
  DOTNET_TieredPGO=0 DOTNET_gcConcurrent=0 DOTNET_EnableWriteXorExecute=0 \
    timeout --kill-after 20 2400 dotnet tests/bin/Release/net10.0/Tambo.Tests.dll -noColor -longRunning 300 -xml "$report" "$@" > "$log" 2>&1 &
  local run=$!
  trap "kill $run 2>/dev/null" EXIT
  tail -n +1 -f --pid=$run "$log"
  wait $run || status=$?
  trap - EXIT
  slowest "$report"
  local total failed errors
  total=$(sed -n 's/.*Total: \([0-9]*\).*/\1/p' "$log" | tail -1)
  errors=$(sed -n 's/.*Errors: \([0-9]*\).*/\1/p' "$log" | tail -1)
  failed=$(sed -n 's/.*Failed: \([0-9]*\).*/\1/p' "$log" | tail -1)
  rm -f "$log" "$report"
  [ -n "$total" ] || { echo "do: the test run did not end" >&2; exit 1; }
  failed=$((failed + errors))
  echo "$((total - failed)) passed, $failed failed"
  [ "$status" = 0 ] && [ "$failed" = 0 ] && [ "$total" -gt 0 ]
}

slowest() { # the classes that take the time of a run: seconds of all their tests, which run beside others
  node - "$1" <<'JS'
    const classes = new Map();
    for (const [, time, type] of require("fs").readFileSync(process.argv[2], "utf8").matchAll(/<test [^>]*? time="([^"]+)"[^>]*? type="([^"]+)"/g))
      classes.set(type, (classes.get(type) ?? 0) + Number(time));
    const first = [...classes].sort(([, a], [, b]) => b - a).slice(0, 25);
    console.log("slowest classes, seconds:\n" + first.map(([type, time]) => `${time.toFixed(1).padStart(8)}  ${type}`).join("\n"));
JS
}

command=${1:-help}
shift || true
case $command in
  help|run|tambo|build|test|lint|format|bless|pictures|bench|drill|ci) "$command" "$@" ;;
  *) echo "do: unknown command $command" >&2; help >&2; exit 2 ;;
esac
