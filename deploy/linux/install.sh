#!/bin/sh
# Installs Cotbus of this folder as a service, or upgrades it: sudo ./install.sh
# Settings in /etc/cotbus and data in /var/lib/cotbus are never overwritten. To remove: sudo ./install.sh --remove
set -eu
[ "$(id -u)" = 0 ] || { echo 'This needs root: sudo ./install.sh' >&2; exit 1; }
here=$(dirname "$(readlink -f "$0")")

if [ "${1:-}" = --remove ]; then
  systemctl disable --now cotbus.service || true
  rm -rf /opt/cotbus /usr/local/bin/cotbus /etc/systemd/system/cotbus.service
  systemctl daemon-reload
  echo 'Removed. Settings stay in /etc/cotbus, data in /var/lib/cotbus.'
  exit 0
fi

id cotbus >/dev/null 2>&1 ||
  useradd --system --home-dir /var/lib/cotbus --shell /usr/sbin/nologin --user-group cotbus
# The old program is there until the new one is whole.
rm -rf /opt/cotbus.new
cp -R "$here" /opt/cotbus.new
chown -R root:root /opt/cotbus.new
chmod -R go-w /opt/cotbus.new
systemctl stop cotbus.service 2>/dev/null || true
rm -rf /opt/cotbus
mv /opt/cotbus.new /opt/cotbus
ln -sf /opt/cotbus/cotbus /usr/local/bin/cotbus

install -d -m 0750 -o root -g cotbus /etc/cotbus
if [ ! -e /etc/cotbus/cotbus.yaml ]; then
  (cd /etc/cotbus && /opt/cotbus/cotbus init)
  # It may hold passwords.
  chown root:cotbus /etc/cotbus/cotbus.yaml
  chmod 0640 /etc/cotbus/cotbus.yaml
fi
install -m 0644 "$here/cotbus.service" /etc/systemd/system/cotbus.service
systemctl daemon-reload
systemctl enable --now cotbus.service
echo 'Cotbus runs. Settings: /etc/cotbus/cotbus.yaml, then: systemctl restart cotbus. What it says: journalctl -u cotbus'
