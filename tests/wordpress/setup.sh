#!/usr/bin/env bash
# Fetches what tests/test_wordpress.py runs in: WordPress as Debian packages it, in two releases, and the SQLite
# drop-in of the WordPress project, which an npm package carries. Everything goes below one directory; the system
# itself only gets PHP, and that from .ci/run or by hand:
#
#     apt-get install --no-install-recommends php-cli php-sqlite3 php-mbstring php-xml php-curl
#     bash tests/wordpress/setup.sh [DIR]
#
# DIR is $WIRECHECK_WORDPRESS, or ~/.cache/wirecheck/wordpress. What is there already is left alone.
set -euo pipefail

PLACE="${1:-${WIRECHECK_WORDPRESS:-${XDG_CACHE_HOME:-$HOME/.cache}/wirecheck/wordpress}}"
RELEASES="trixie bookworm" # WordPress 6.8 and 6.1: before 6.6 the editor's panels were in another place
DROP_IN="@wp-playground/cli@3.1.56"

say() { printf '%s\n' "$*" >&2; }

for tool in apt-get dpkg-deb npm tar python3; do
    command -v "$tool" >/dev/null || { say "$tool is missing: WordPress cannot be fetched without it."; exit 1; }
done

# WordPress, and the packages that its files are links into.
# The machine's own package sources with the release's name exchanged, and lists of our own: the system is not changed.
fetch_packages() {
    local release="$1" into="$2" here options packages source
    here="$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")"
    mkdir -p "$into/lists/partial" "$into/cache/archives/partial" "$into/sources" "$into/debs"
    for source in /etc/apt/sources.list /etc/apt/sources.list.d/debian*; do
        [ -f "$source" ] && sed "s/\b$here\b/$release/g" "$source" >"$into/sources/$(basename "$source")"
    done
    options=(-qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$into/sources"
        -o Dir::State::Lists="$into/lists" -o Dir::Cache="$into/cache" -o Dir::State::status=/dev/null
        -o APT::Sandbox::User=root)
    if [ -f "$into/sources/sources.list" ]; then mv "$into/sources/sources.list" "$into/sources/base.list"; fi
    apt-get "${options[@]}" update
    mapfile -t packages < <(apt-cache "${options[@]}" depends wordpress |
        sed -nE 's/^ *Depends: (libjs-[a-z-]+|libphp-[a-z-]+|php-getid3)$/\1/p')
    (cd "$into/debs" && apt-get "${options[@]}" download wordpress "${packages[@]}")
}

# The packages' files as one plain directory: links into other packages become files.
lay_out() {
    local from="$1" to="$2" deb
    for deb in "$from"/debs/*.deb; do dpkg-deb -x "$deb" "$from/root"; done
    rm -f "$from/root/usr/share/wordpress/.htaccess" "$from/root/usr/share/wordpress/wp-config.php"
    cp -rL "$from/root/usr/share/wordpress" "$to" || { say "A link of the package leads nowhere."; return 1; }
}

mkdir -p "$PLACE"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

if [ ! -d "$PLACE/sqlite-database-integration" ]; then
    say "Fetching the SQLite drop-in ..."
    mkdir "$work/drop-in"
    (cd "$work/drop-in" && npm pack --silent --ignore-scripts "$DROP_IN" >/dev/null && tar -xzf ./*.tgz)
    python3 -m zipfile -e "$work/drop-in/package/sqlite-database-integration.zip" "$work/drop-in/unpacked"
    mv "$work/drop-in/unpacked/plugin-sqlite-database-integration" "$PLACE/sqlite-database-integration"
fi

for release in $RELEASES; do
    [ -d "$PLACE/$release" ] && continue
    say "Fetching WordPress of $release ..."
    fetch_packages "$release" "$work/$release"
    lay_out "$work/$release" "$work/$release/site"
    mv "$work/$release/site" "$PLACE/$release"
done
say "WordPress is in $PLACE: $(cd "$PLACE" && ls | tr '\n' ' ')"
