#!/usr/bin/env bash
# Prepares a fresh server. Run once, as root.
set -euo pipefail

apt-get install -y nginx mysql-client
curl -fsSL https://deb.nodesource.com/setup_22.x | bash -
apt-get install -y nodejs
npm install --global pm2@6

install -m 644 nginx/bookshop.conf /etc/nginx/sites-available/bookshop
ln -sf /etc/nginx/sites-available/bookshop /etc/nginx/sites-enabled/bookshop
systemctl reload nginx

pm2 startup systemd -u deploy --hp /home/deploy
pm2 install pm2-logrotate
