#!/bin/sh
# Makes the secrets of docker-compose.yml in deploy/secrets, once: a password
# for Redis, its users file, and the token that creating a workshop needs.
# Usage: deploy/secrets.sh [FOLDER]
set -eu
folder=${1:-$(dirname "$0")/secrets}
if [ -e "$folder" ]; then
  echo "$folder exists; remove it to make new secrets" >&2
  exit 1
fi
secret() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
password=$(secret)
mkdir -p "$folder"
chmod 700 "$folder" # the files themselves are read by users of the containers

printf 'redis://pathboard:%s@redis:6379' "$password" > "$folder/redis_url"
printf '%s' "$(secret)" > "$folder/admin_token"
# One user with the keys, channels and commands that Pathboard uses, also on a cluster.
printf '%s\n' \
  'user default off' \
  "user pathboard on >$password resetkeys ~pb:* resetchannels &pb:* -@all +@read +@write +@pubsub +@scripting +@transaction +@connection +info +time +config|get -@dangerous +info +config|get +cluster|slots +cluster|nodes -keys -flushall -flushdb -swapdb -sort -script|flush -script|kill -function" \
  > "$folder/users.acl"
chmod 444 "$folder"/*
echo "Secrets are in $folder. Creating a workshop needs the token in $folder/admin_token."
