# Written by scripts/make-completions from pfsyncsend --help.
_pfsyncsend()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	COMPREPLY=()
	case $prev in
	--scenario|-w|--config|--truth|--vantage|--tap|--script|--dump)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	-i)
		mapfile -t COMPREPLY < <(compgen -W "$(ls /sys/class/net 2>/dev/null || ifconfig -l)" -- "$cur")
		return
		;;
	--dialect)
		mapfile -t COMPREPLY < <(compgen -W "help $(pfsyncsend --dialect help 2>/dev/null | cut -d\  -f1)" -- "$cur")
		return
		;;
	--link|--view|--snaplen|--syncpeer|--from|--hostid|--cksum|--mac|--to|--ttl|--mtu|--time|--repeat|--every|--tcp|--nat|--rdr|--id|--creatorid|--record|--ifname|--timeout|--expire|--endtime|--spi|--sa-dst|--set|--seed|--family|--maxupd|--limit|--ifnames|--load|--for)
		return
		;;
	--direction)
		mapfile -t COMPREPLY < <(compgen -W "in out" -- "$cur")
		return
		;;
	--status)
		mapfile -t COMPREPLY < <(compgen -W "start end" -- "$cur")
		return
		;;
	esac
	case $cur in
	-*)
		mapfile -t COMPREPLY < <(compgen -W "--scenario --check -w --pcapng --nano --link --view --snaplen -i --syncpeer --fast --yes -v --dialect --from --hostid --cksum --mac --to --ip6 --ttl --mtu --time --repeat --every --tcp --udp --icmp --sctp --flow --proto --nat --rdr --direction --id --creatorid --record --ifname --timeout --expire --status --endtime --spi --sa-dst --set --peer --help --config --version --seed --truth --truth-changes --truth-messages --vantage --tap -h --family --maxupd --defer --limit --ifnames --load --settled --script --dump --for -q" -- "$cur")
		if [[ ${COMPREPLY[0]-} == *= ]]; then
			compopt -o nospace
		fi
		;;
	*)
		if [[ $COMP_CWORD -eq 1 ]]; then
			mapfile -t COMPREPLY < <(compgen -W "ins upd upd_c del del_c clr upd_req ins_ack bus tdb simulate" -- "$cur")
		fi
		;;
	esac
}
complete -o filenames -F _pfsyncsend pfsyncsend
