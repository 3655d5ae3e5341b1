#!/bin/sh
# Are the committed samples what the generator writes?
#
# SPDX-License-Identifier: ISC
#
# usage: check_unchanged.sh MAKE_SAMPLES FOLDER
set -eu
make_samples=$1
folder=$2
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
status=0

complain() {
	echo "$1: run scripts/make-samples, look at what changed, commit it" >&2
	status=1
}

# Another version of zlib or libzstd may pack the same bytes differently.
same_unpacked() {
	case $1 in
	*.gz) gzip -dc "$1" >"$new/.old" && gzip -dc "$2" >"$new/.new" ;;
	*.zst) zstd -dcq "$1" >"$new/.old" && zstd -dcq "$2" >"$new/.new" ;;
	*) return 1 ;;
	esac
	cmp -s "$new/.old" "$new/.new"
}

"$make_samples" "$new"
for file in "$new"/*; do
	name=$(basename "$file")
	if [ ! -f "$folder/$name" ]; then
		complain "samples/$name is missing"
	elif ! cmp -s "$file" "$folder/$name" && ! same_unpacked "$file" "$folder/$name"; then
		complain "samples/$name differs"
	fi
done
for file in "$folder"/*.pcap "$folder"/*.pcapng "$folder"/*.gz "$folder"/*.zst; do
	name=$(basename "$file")
	[ -f "$new/$name" ] || complain "samples/$name is not made by the generator"
	grep -qF "\`$name\`" "$folder/README.md" || complain "samples/README.md does not name $name"
done
exit $status
