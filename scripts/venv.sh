#!/bin/sh
# Make .venv hold exactly the versions of a lock file: sh scripts/venv.sh requirements.lock
#
# Needs Python 3.11 or newer and one of: uv, pip, Debian's package tools. Every file that is
# installed is compared with its hash in the lock. `PYTHON` names another interpreter.
set -eu

lock=$1
venv=.venv
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

is_new_enough() {
    "$@" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        command -v "$PYTHON" || { say "There is no $PYTHON."; exit 1; }
        return
    fi
    for name in python3 python3.13 python3.12 python3.11 python; do
        if is_new_enough "$name"; then command -v "$name"; return; fi
    done
}

# Debian splits pip's own wheel off into a package that anybody may download and unpack.
pip_from_debian() {
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    unpacked=$venv/.pip
    mkdir -p "$unpacked"
    (cd "$unpacked" && download_pip && dpkg-deb -x ./*.deb .) || return 1
    wheel=$(find "$unpacked" -name 'pip-*.whl' | head -n 1)
    [ -n "$wheel" ] || return 1
    "$venv/bin/python" "$wheel/pip" install --quiet --no-index "$wheel" || return 1
    rm -rf "$unpacked"
}

download_pip() {
    apt-get download python3-pip-whl >/dev/null 2>&1 && return
    # Images often come without package lists, which only root can fetch.
    apt-get update >/dev/null 2>&1 && apt-get download python3-pip-whl >/dev/null 2>&1
}

give_pip() {
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 && return
    "$venv/bin/python" -m ensurepip --default-pip >/dev/null 2>&1 && return
    pip_from_debian && return
    say "Python here comes without pip. Install uv, or Debian's python3-venv, and try again."
    exit 1
}

make_venv() {
    python=$(find_python)
    if [ -n "$python" ] && ! is_new_enough "$python"; then
        say "$python is older than Python 3.11."
        exit 1
    fi
    rm -rf "$venv"
    if [ -n "$uv" ]; then
        "$uv" venv --quiet --no-project --python "${python:->=3.11}" "$venv"
    elif [ -n "$python" ]; then
        "$python" -m venv --without-pip "$venv"
    else
        say "Python 3.11 or newer is needed; name one with PYTHON=... if it is not on the path."
        exit 1
    fi
}

# A lock names everything there is to install. Nothing is resolved anew: older pips would take the
# newest `coverage` for somebody's `coverage[toml]`, whatever the lock says, and then refuse it.
fetch() {
    if [ -n "$uv" ]; then
        "$uv" pip install --quiet --python "$venv/bin/python" --no-deps --require-hashes "$@"
    else
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
            --use-pep517 --no-deps --require-hashes "$@"
    fi
}

uv=$(command -v uv || true)
installer=${uv:+uv}
if ! is_new_enough "$venv/bin/python"; then make_venv; fi
say "Setting up $venv from $lock ($("$venv/bin/python" --version), with ${installer:-pip})."
if [ -z "$uv" ]; then give_pip; fi
# What builds is locked as well, so nothing is fetched aside from the locks.
fetch --requirement requirements-build.lock
fetch --no-build-isolation --requirement "$lock"

# The command `tad`, from the working tree, whatever folder it is called from.
cat > "$venv/bin/tad" <<'TAD'
#!/bin/sh
root=$(dirname "$(readlink -f "$0")")/../..
PYTHONPATH=$root${PYTHONPATH:+:$PYTHONPATH} exec "$root/.venv/bin/python" -m bot "$@"
TAD
chmod +x "$venv/bin/tad"
