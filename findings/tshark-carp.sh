#!/bin/sh
# tshark 4.0.17 (tshark 4.0.17-0+deb12u3, Debian 12): CARP is shown as VRRP, and over IPv6 as
# malformed VRRP, although the CARP dissector is there.
#
# Expected: CARP's advertisement (version 2, type 1, authentication length 7) is shown as CARP, or
#           is told apart from VRRP version 2, which does not exist over IPv6.
# Seen:     VRRP with seven addresses that nobody sent; over IPv6 "Malformed Packet". With
#           -d ip.proto==112,carp both are right.
# Matters:  on a firewall pair the roles are read from CARP: "prio 0" of a CARP master looks like
#           a VRRP router that resigned.
# Exit:     0 as described, 1 behaviour changed, 2 could not be tried.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
version=4.0.17-0+deb12u3
apt-get download -qq -o APT::Sandbox::User=root tshark=$version wireshark-common=$version \
	libwireshark16=$version libwireshark-data=$version libwiretap13=$version libwsutil14=$version \
	libbcg729-0=1.1.1-2 libbrotli1=1.0.9-2+deb12u1 libc-ares2=1.18.1-3 libdbus-1-3=1.14.10-1~deb12u1 \
	libdeflate0=1.14-1 libglib2.0-0=2.74.6-2+deb12u9 libicu72=72.1-3+deb12u1 libjbig0=2.1-6.1 \
	libjpeg62-turbo=1:2.1.5-2 liblerc4=4.0.0+ds-2 liblua5.2-0=5.2.4-3 libmaxminddb0=1.7.1-1 \
	libnghttp2-14=1.52.0-1+deb12u3 libnl-3-200=3.7.0-0.2+b1 libnl-genl-3-200=3.7.0-0.2+b1 \
	libpcap0.8=1.10.3-1 libsbc1=2.0-1 libsmi2ldbl=0.4.8+dfsg2-16 libsnappy1v5=1.1.9-3 \
	libwebp7=1.2.4-0.2+deb12u1 libtiff6=4.5.0-6+deb12u4 libspandsp2=0.0.6+dfsg-2+b1 \
	libspeexdsp1=1.2.1-1 libssh-gcrypt-4=0.10.6-0+deb12u3 libxml2=2.9.14+dfsg-1.3~deb12u6 || exit 2
for deb in *.deb; do dpkg -x "$deb" .; done
LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu):$(echo "$dir"/lib/*-linux-gnu)
WIRESHARK_DATA_DIR=$dir/usr/share/wireshark HOME=$dir
export LD_LIBRARY_PATH WIRESHARK_DATA_DIR HOME

python3 - <<'PY'
import struct
def checksum(data):
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF
# version and type, vhid 1, advskew 0, authlen 7, demotion 0, advbase 1, checksum, counter, HMAC
carp = bytes.fromhex("21010007" "0001" "0000" "0123456789abcdef") + bytes(range(20))
carp = carp[:6] + struct.pack(">H", checksum(carp)) + carp[8:]
ipv4 = bytes.fromhex("45100038" "00014000" "ff700000" "0a000001" "e0000012")
ipv4 = ipv4[:10] + struct.pack(">H", checksum(ipv4)) + ipv4[12:]
ipv6 = bytes.fromhex("60000000" "002470ff" "fe800000000000000000000000000001"
                     "ff020000000000000000000000000012")
with open("carp.pcap", "wb") as out:
    out.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
    for packet in ipv4 + carp, ipv6 + carp:
        out.write(struct.pack("<IIII", 1795000000, 1, len(packet), len(packet)) + packet)
PY
shown() { usr/bin/tshark -r carp.pcap "$@" -T fields -e frame.protocols -e _ws.malformed 2>/dev/null; }
shown
shown -d ip.proto==112,carp
[ "$(shown | head -n 1 | tr '\t' ' ' | sed 's/ *$//')" = raw:ip:vrrp ] &&
	shown | sed -n 2p | grep -q 'ipv6:vrrp.*Malformed' &&
	[ "$(shown -d ip.proto==112,carp | grep -c ':carp')" -eq 2 ] || exit 1
