# shellcheck shell=sh
# What scripts/run, scripts/test and scripts/lint share. Sourced, never run; wants `root` set to
# the folder of the source tree.
: "${root:?}"

say() {
    printf '%s\n' "$*"
}

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# The packages of the groups given, one a line.
packages_of() {
    for group in "$@"; do
        awk -v group="$group" '$1 !~ /^#/ && $2 == group { print $1 }' "$root/scripts/packages"
    done | sort -u
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        fail "installing packages needs root or sudo; or have an admin run: $*"
    fi
}

package_is_installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Installs what is missing of the groups given; touches neither apt nor the network when nothing is.
install_packages() {
    if ! command -v dpkg-query >/dev/null 2>&1; then
        say "This is not Debian; make sure that these are there: $(packages_of "$@" | tr '\n' ' ')"
        return 0
    fi
    missing=
    for package in $(packages_of "$@"); do
        package_is_installed "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    say "Installing:$missing"
    # An index that can't be refreshed may still be good enough to install from.
    as_root apt-get -o DPkg::Lock::Timeout=300 update -q </dev/null || true
    # shellcheck disable=SC2086 # a list of words is meant
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
        install -q -y --no-install-recommends $missing </dev/null
}

# build_folder NAME [meson option…]: configures build/NAME unless it is configured for this very
# tree already. A copied tree brings build folders along that still point at the original.
build_folder() {
    folder="$root/build/$1"
    shift
    if [ -f "$folder/build.ninja" ] && [ "$(cat "$folder/source" 2>/dev/null)" = "$root $*" ]; then
        return 0
    fi
    rm -rf "$folder"
    meson setup "$folder" "$root" "$@" </dev/null || return 1
    printf '%s\n' "$root $*" >"$folder/source"
}

processor_count() {
    getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2
}
