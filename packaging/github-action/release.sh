#!/usr/bin/env bash
# Tells which release is meant, for which system, and where its files go: as outputs of the step.
#
# Takes OMNISTACK_VERSION and OMNISTACK_RELEASES, and what GitHub's runner says of itself.
set -euo pipefail

version=${OMNISTACK_VERSION#v}
if [[ $version == latest ]]; then
    # The page of the latest release leads to that of its tag.
    page=$(curl --fail --silent --show-error --location --head --output /dev/null \
        --retry 3 --write-out '%{url_effective}' "$OMNISTACK_RELEASES/latest")
    version=${page##*/v}
fi
if [[ ! $version =~ ^[0-9]+\.[0-9]+\.[0-9]+([-+.][0-9A-Za-z.-]+)?$ ]]; then
    echo "::error::There is no release \`$version\` of OmniStack; give a version such as 0.1.0, or latest."
    exit 2
fi

case "$RUNNER_OS-$RUNNER_ARCH" in
    Linux-X64) target=x86_64-unknown-linux-musl ;;
    Linux-ARM64) target=aarch64-unknown-linux-musl ;;
    macOS-X64) target=x86_64-apple-darwin ;;
    macOS-ARM64) target=aarch64-apple-darwin ;;
    Windows-X64) target=x86_64-pc-windows-msvc ;;
    *)
        echo "::error::There is no OmniStack for $RUNNER_OS on $RUNNER_ARCH; build it with cargo."
        exit 2
        ;;
esac

{
    echo "version=$version"
    echo "target=$target"
    echo "folder=$RUNNER_TEMP/omnistack/program"
    echo "predictions=$RUNNER_TEMP/omnistack/predictions"
} >>"$GITHUB_OUTPUT"
