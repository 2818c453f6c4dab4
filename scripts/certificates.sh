#!/usr/bin/env bash
# Makes a certificate authority and a server certificate for a private cluster or a test: scripts/certificates.sh DIR [DAYS] [NAME...].
# The certificate holds for localhost, 127.0.0.1, ::1 and every further NAME (a host name). Makes ca.pem, ca-key.pem, server.pem and
# server-key.pem, the keys with mode 600. Files that are there stay; after DAYS (30 unless given) remove them and call this again.
# For machines that others reach, take certificates of your own authority instead.
set -euo pipefail

dir=${1:?scripts/certificates.sh DIR [DAYS] [NAME...]}
days=${2:-30}
[[ $days =~ ^[1-9][0-9]*$ ]] || { echo "scripts/certificates.sh: '$days' is no number of days." >&2; exit 2; }
alternatives=DNS:localhost,IP:127.0.0.1,IP:::1
for name in "${@:3}"; do alternatives+=,DNS:$name; done

if [ -s "$dir/server.pem" ] && [ -s "$dir/ca.pem" ]; then
  openssl x509 -in "$dir/server.pem" -noout -checkend 0 >/dev/null && exit 0
  echo "scripts/certificates.sh: $dir/server.pem has expired. Remove $dir/*.pem and call this again." >&2
  exit 2
fi

umask 077
mkdir -p "$dir"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
make() { openssl "$@" 2>"$log" || { cat "$log" >&2; exit 1; }; }

make req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days "$days" -subj '/CN=Cohort test authority' \
  -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign \
  -keyout "$dir/ca-key.pem" -out "$dir/ca.pem"
make req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -subj '/CN=localhost' \
  -keyout "$dir/server-key.pem" -out "$dir/server.csr"
make x509 -req -in "$dir/server.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca-key.pem" -set_serial "0x$(openssl rand -hex 16)" -sha256 \
  -days "$days" -out "$dir/server.pem" -extfile <(cat <<END
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = $alternatives
END
)
rm -f "$dir/server.csr"
# Certificates are for everybody to see; the keys keep mode 600.
chmod 644 "$dir/ca.pem" "$dir/server.pem"
