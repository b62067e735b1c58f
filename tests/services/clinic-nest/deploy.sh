#!/bin/sh
set -eu
git pull --ff-only
docker compose build
docker compose up --detach --wait
