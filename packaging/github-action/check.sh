#!/usr/bin/env bash
# Checks twice, for code scanning and for the log; the second time, predictions are remembered. The
# step itself never fails: a later one does, when the report is uploaded.
#
# Takes OMNISTACK_FOLDER, OMNISTACK_CACHE_FOLDER, CHECK_PATHS, CHECK_ARGS, CHECK_BASELINE and
# CHECK_CHANGED_SINCE.
set -euo pipefail

read -r -a paths <<<"$CHECK_PATHS"
read -r -a flags <<<"$CHECK_ARGS"
if [[ -n $CHECK_BASELINE ]]; then flags+=(--baseline "$CHECK_BASELINE"); fi
if [[ -n $CHECK_CHANGED_SINCE ]]; then flags+=(--changed-since "$CHECK_CHANGED_SINCE"); fi

check() {
    "$OMNISTACK_FOLDER/omnistack-lsp" check --cache "$@" ${flags[@]+"${flags[@]}"} -- "${paths[@]}"
}
sarif="$RUNNER_TEMP/omnistack/omnistack.sarif"
mkdir -p "${sarif%/*}"
code=0
check --format sarif --output "$sarif" 2>/dev/null || code=$?
# What is wrong is told once, by the run whose output is read.
check --format github || code=$?

{
    echo "sarif=$sarif"
    echo "exit-code=$code"
} >>"$GITHUB_OUTPUT"
