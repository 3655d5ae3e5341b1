# Written by scripts/make-completions from pfsyncsend --help.
complete -c pfsyncsend -f
complete -c pfsyncsend -n __fish_is_first_arg -a 'ins upd upd_c del del_c clr upd_req ins_ack bus tdb simulate'
complete -c pfsyncsend -l scenario -r -F
complete -c pfsyncsend -l check -d 'only read the scenario and say what is wrong'
complete -c pfsyncsend -s w -r -F -d 'a capture file; - is standard output'
complete -c pfsyncsend -l pcapng -d 'in that format; with nanoseconds'
complete -c pfsyncsend -l nano -d 'in that format; with nanoseconds'
complete -c pfsyncsend -l link -x -d 'ethernet (default), vlan, qinq, sll, sll2, raw, null,'
complete -c pfsyncsend -l view -x -d 'pfsync0: whose'
complete -c pfsyncsend -l snaplen -x -d 'keep at most N bytes of a frame'
complete -c pfsyncsend -s i -x -a '(command ls /sys/class/net 2>/dev/null)' -d 'an interface, for real: to the group 224.0.0.240 or'
complete -c pfsyncsend -l syncpeer -x -d 'to that address instead of the group'
complete -c pfsyncsend -l fast -d 'at once, not at the scenario'"'"'s times'
complete -c pfsyncsend -l yes -d 'also CLR and DEL to the group on an interface that'
complete -c pfsyncsend -s v -d 'say how much was sent'
complete -c pfsyncsend -l dialect -x -a "(pfsyncsend --dialect help 2>/dev/null | cut -d\  -f1)" -d 'wire format (default openbsd-6k); "help" lists them'
complete -c pfsyncsend -l from -x -d 'source address (default: the interface'"'"'s)'
complete -c pfsyncsend -l hostid -x -d 'own host id; random if not given'
complete -c pfsyncsend -l cksum -x -d 'checksum of the ruleset, 32 digits'
complete -c pfsyncsend -l mac -x
complete -c pfsyncsend -l to -x
complete -c pfsyncsend -l ip6 -d 'the group ff12::f0 instead of 224.0.0.240'
complete -c pfsyncsend -l ttl -x
complete -c pfsyncsend -l mtu -x -d 'largest packet; not above the interface'"'"'s'
complete -c pfsyncsend -l time -x
complete -c pfsyncsend -l repeat -x
complete -c pfsyncsend -l every -x
complete -c pfsyncsend -l tcp -x -d 'a connection: ADDRESS:PORT or [ADDRESS]:PORT; likewise'
complete -c pfsyncsend -l udp
complete -c pfsyncsend -l icmp
complete -c pfsyncsend -l sctp
complete -c pfsyncsend -l flow
complete -c pfsyncsend -l proto
complete -c pfsyncsend -l nat -x -d 'what FROM is translated to on the way out'
complete -c pfsyncsend -l rdr -x -d 'what FROM takes for TO, on the way in'
complete -c pfsyncsend -l direction -x -a 'in out'
complete -c pfsyncsend -l id -x
complete -c pfsyncsend -l creatorid -x
complete -c pfsyncsend -l record -x -d 'FreeBSD 14, 15: send 1301, 1400 or 1500'
complete -c pfsyncsend -l ifname -x
complete -c pfsyncsend -l timeout -x -d 'change a timeout, may be repeated'
complete -c pfsyncsend -l expire -x
complete -c pfsyncsend -l status -x -a 'start end'
complete -c pfsyncsend -l endtime -x
complete -c pfsyncsend -l spi -x
complete -c pfsyncsend -l sa-dst -x
complete -c pfsyncsend -l set -x -d 'any field, named as pfsyncdump --json does:'
complete -c pfsyncsend -l peer
complete -c pfsyncsend -l help -d this
complete -c pfsyncsend -l config -r -F -d 'what to simulate (docs/pfsyncsend-simulate.schema.json)'
complete -c pfsyncsend -l version
complete -c pfsyncsend -l seed -x -d 'the same number gives the same bytes; default 1'
complete -c pfsyncsend -l truth -r -F -d 'tables, losses, faults as JSON Lines (docs/truth.md)'
complete -c pfsyncsend -l truth-changes -d 'with every change of every table'
complete -c pfsyncsend -l truth-messages -d 'with what became of every message'
complete -c pfsyncsend -l vantage -r -F -d 'captures at the nodes'"'"' ports, in the order of the nodes'
complete -c pfsyncsend -l tap -r -F -d 'captures on the nodes'"'"' pfsync0 (version 5 and later)'
complete -c pfsyncsend -s h
complete -c pfsyncsend -l family -x -d 'behave as V2a ... V6b (default V6b, OpenBSD 7.4 and later)'
complete -c pfsyncsend -l maxupd -x -d 'updates of a state before it must be sent (128)'
complete -c pfsyncsend -l defer -d 'hold first packets until a peer acknowledges'
complete -c pfsyncsend -l limit -x -d 'states that the table takes'
complete -c pfsyncsend -l ifnames -x -d 'names of interfaces that exist here (em0)'
complete -c pfsyncsend -l load -x -d 'create N states before pfsync comes up'
complete -c pfsyncsend -l settled -d 'as if up for long: do not ask for a bulk update'
complete -c pfsyncsend -l script -r -F -d 'commands to carry out; - is standard input'
complete -c pfsyncsend -l dump -r -F -d 'write the table as JSON lines at the end'
complete -c pfsyncsend -l for -x -d 'stop after that time'
complete -c pfsyncsend -s q -d 'tell only of trouble'
