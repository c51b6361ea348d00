#!/usr/bin/env bash
# Downloads a release, compares it with its checksum, and unpacks it.
#
# Takes OMNISTACK_VERSION, OMNISTACK_TARGET, OMNISTACK_FOLDER and OMNISTACK_RELEASES.
set -euo pipefail

name="omnistack-lsp-$OMNISTACK_VERSION-$OMNISTACK_TARGET"
from="$OMNISTACK_RELEASES/download/v$OMNISTACK_VERSION"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

download() {
    curl --fail --silent --show-error --location --retry 3 --output "$scratch/$1" "$from/$1" || {
        echo "::error::Cannot download $from/$1."
        exit 2
    }
}
download "$name.tar.gz"
download SHA256SUMS

cd "$scratch"
sums=(sha256sum --check --quiet)
command -v sha256sum >/dev/null || sums=(shasum --algorithm 256 --check --quiet)
if ! grep --fixed-strings "  $name.tar.gz" SHA256SUMS | "${sums[@]}" -; then
    echo "::error::$name.tar.gz is not what its checksum says; it is not used."
    exit 2
fi
mkdir -p "$OMNISTACK_FOLDER"
tar --extract --gzip --file "$name.tar.gz" --strip-components 1 --directory "$OMNISTACK_FOLDER"
