#!/bin/sh
# Makes the files of this folder anew, with OpenSSL 3 and Java's keytool: one authority, one RSA and one EC client, in every
# form that people bring. The keys protect nothing. Passphrase "atakatak", of umlaut.p12 "größe".
set -e
cd "$(dirname "$0")"
rm -f ./*.p12 ./*.pem ./*.jks
days=36500
openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days $days -subj '/O=Test/CN=Root' 2>/dev/null
openssl req -newkey rsa:2048 -nodes -keyout inner.key -out inner.csr -subj '/O=Test/CN=Inner' 2>/dev/null
printf 'basicConstraints=critical,CA:true\nkeyUsage=keyCertSign' > inner.ext
openssl x509 -req -in inner.csr -CA root.pem -CAkey root.key -days $days -extfile inner.ext -out inner.pem 2>/dev/null
printf 'extendedKeyUsage=clientAuth' > client.ext
for kind in rsa ec; do
  if [ $kind = rsa ]; then new='rsa:2048'; else new='ec -pkeyopt ec_paramgen_curve:prime256v1'; fi
  # shellcheck disable=SC2086
  openssl req -newkey $new -nodes -keyout $kind.key -out $kind.csr -subj "/O=Test/CN=$kind client" 2>/dev/null
  openssl x509 -req -in $kind.csr -CA inner.pem -CAkey inner.key -days $days -extfile client.ext -out $kind.pem 2>/dev/null
done
cat inner.pem root.pem > both.pem
p12() { out=$1; shift; openssl pkcs12 -export -out "$out" -passout "pass:${PASS-atakatak}" -name client "$@"; }
p12 rsa-rc2.p12 -legacy -inkey rsa.key -in rsa.pem -certfile both.pem
p12 rsa-3des.p12 -legacy -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1 -inkey rsa.key -in rsa.pem -certfile both.pem
p12 rsa-aes.p12 -inkey rsa.key -in rsa.pem -certfile both.pem
p12 ec-rc2.p12 -legacy -inkey ec.key -in ec.pem -certfile both.pem
p12 ec-aes.p12 -inkey ec.key -in ec.pem -certfile both.pem
p12 truststore-rc2.p12 -legacy -nokeys -in both.pem
p12 truststore-3des.p12 -legacy -nokeys -certpbe PBE-SHA1-3DES -in both.pem
p12 truststore-aes.p12 -nokeys -in both.pem
PASS='größe' p12 umlaut.p12 -inkey rsa.key -in rsa.pem -certfile both.pem
PASS='' p12 empty-passphrase.p12 -inkey rsa.key -in rsa.pem -certfile both.pem
p12 lone-client.p12 -nokeys -in rsa.pem
keytool -importkeystore -srckeystore rsa-aes.p12 -srcstorepass atakatak -destkeystore java.p12 -deststoretype PKCS12 -deststorepass atakatak 2>/dev/null
keytool -importcert -noprompt -alias root -file root.pem -keystore java-truststore.p12 -storetype PKCS12 -storepass atakatak 2>/dev/null
keytool -importcert -noprompt -alias root -file root.pem -keystore truststore.jks -storetype JKS -storepass atakatak 2>/dev/null
openssl rsa -in rsa.key -aes256 -passout pass:atakatak -out traditional-encrypted.pem -traditional 2>/dev/null
openssl pkcs8 -topk8 -in rsa.key -passout pass:atakatak -out encrypted.pem
openssl pkcs12 -in rsa-aes.p12 -passin pass:atakatak -nodes -out bags.pem
openssl x509 -in root.pem -outform DER -out root.der
cp rsa.key rsa-key.pem && cp ec.key ec-key.pem
rm -f ./*.csr ./*.ext ./*.key
