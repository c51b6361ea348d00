#!/usr/bin/env bash
# Fills in the drafts for package managers: `packaging/render.sh VERSION SHA256SUMS FOLDER`.
#
# Each file `*.in` of this folder is written to FOLDER, with the version and the checksums of a
# release in their places. A target that the checksums do not name is an error.
set -euo pipefail

version=$1
sums=$2
folder=$3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

mkdir -p "$folder"
for draft in "$here"/*/*.in; do
    text=$(<"$draft")
    text=${text//@VERSION@/$version}
    while [[ $text =~ @SHA256:([a-z0-9_-]+)@ ]]; do
        target=${BASH_REMATCH[1]}
        archive="omnistack-lsp-$version-$target.tar.gz"
        sum=$(awk -v name="$archive" '$2 == name { print $1 }' "$sums")
        if [[ -z $sum ]]; then
            echo "error: $sums does not name $archive, which ${draft##*/} needs" >&2
            exit 2
        fi
        text=${text//"@SHA256:$target@"/$sum}
    done
    name=${draft##*/}
    printf '%s\n' "$text" >"$folder/${name%.in}"
done
