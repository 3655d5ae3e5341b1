#!/bin/sh
# Are the generated files of docs/ up to date?
#
# SPDX-License-Identifier: ISC
#
# usage: check_tables.sh GEN_TABLES FOLDER
set -eu
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
status=0

"$1" "$2" "$new"
for page in wire-formats.md dialects.md pfsyncdump.schema.json; do
	if ! cmp -s "$new/$page" "$2/$page"; then
		echo "docs/$page is out of date: build the target docs-update, commit it" >&2
		status=1
	fi
done
exit $status
