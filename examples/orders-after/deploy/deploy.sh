#!/bin/sh
# Rolls the stack on a host, and waits until it answers.
set -eu
host=$1

docker --host "ssh://deploy@$host" stack deploy --detach=false --compose-file compose.yaml orders
curl --fail --silent --show-error --retry 12 --retry-delay 5 --retry-all-errors "https://$host/health"
