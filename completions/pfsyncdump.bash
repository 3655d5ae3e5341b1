# Written by scripts/make-completions from pfsyncdump --help.
_pfsyncdump()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	COMPREPLY=()
	case $prev in
	-r|-F|--textfile|-w)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	-i)
		mapfile -t COMPREPLY < <(compgen -W "$(ls /sys/class/net 2>/dev/null || ifconfig -l)" -- "$cur")
		return
		;;
	--dialect)
		mapfile -t COMPREPLY < <(compgen -W "help $(pfsyncdump --dialect help 2>/dev/null | cut -d\  -f1)" -- "$cur")
		return
		;;
	-B|-c|--node|--family|--timeout|--limit|--interfaces|--vantage|--pfctl|--netstat|--max-states|--at|--trace|--nat|--as-peer|--since|--until|--ignore|--fail-on|--listen|--every|--pair|--explain)
		return
		;;
	esac
	case $cur in
	-*)
		mapfile -t COMPREPLY < <(compgen -W "-r -i -B -c -F --dialect --node --family --timeout --limit --interfaces --vantage --pfctl --netstat --max-states --messages --states= --at --trace --nat --as-peer --since --until --stats --bulk --link --divergences --diff --follow --json --ignore --check --fail-on --listings --roles --metrics --textfile --listen --every --pair -v -t -w -n --color= --progress --explain --version --help" -- "$cur")
		if [[ ${COMPREPLY[0]-} == *= ]]; then
			compopt -o nospace
		fi
		;;
	esac
}
complete -o filenames -F _pfsyncdump pfsyncdump
