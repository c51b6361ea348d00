#!/usr/bin/env bash
# Makes the secrets of compose.yaml below secrets/, where they are missing: the password of Redis, the
# key that values are sealed with, Grafana's password, and a certificate for a trial. Nothing that is
# there is changed, so that it can be run again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
umask 077
mkdir -p secrets

random() { # random BYTES: so many random bytes in hexadecimal
    od -An -vtx1 -N "$1" /dev/urandom | tr -d ' \n'
}

new() { # new NAME: whether the file is to be made
    [[ ! -s "secrets/$1" ]]
}

if new redis_url || new redis_users.acl; then
    password="$(random 32)"
    hashed="$(printf %s "$password" | sha256sum | cut -d' ' -f1)"
    printf 'redis://omnistack:%s@redis:6379' "$password" >secrets/redis_url
    {
        # May do what the server does, with its own names; not what an administrator does.
        printf 'user omnistack on #%s ~omnistack:* +@all -@admin -@dangerous +info\n' "$hashed"
        printf 'user probe on nopass -@all +ping\n'
        # Nobody knows its password, so nobody is this user but Redis itself, which reads what it had
        # written to disk as it: while it is off, Redis leaves out all transactions when it starts
        # (https://github.com/redis/redis/issues/14541).
        printf 'user default on #%s ~* &* +@all\n' "$(random 32 | sha256sum | cut -d' ' -f1)"
    } >secrets/redis_users.acl
fi
if new store_keys; then
    printf '%s\n' "$(random 32)" >secrets/store_keys
fi
if new grafana_admin_password; then
    random 16 >secrets/grafana_admin_password
fi
if new tls.pem; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 \
        -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
        -keyout secrets/key.pem -out secrets/certificate.pem 2>/dev/null
    cat secrets/certificate.pem secrets/key.pem >secrets/tls.pem
    rm secrets/key.pem
fi
# Filled in once there is a client `prometheus`; compose wants the file to be there.
if new prometheus_client_secret; then
    : >secrets/prometheus_client_secret
fi
# Containers run as users of their own, and see these files as they are. The folder is what keeps
# others of this machine out.
chmod 0444 secrets/*
chmod 0644 secrets/prometheus_client_secret
chmod 0700 secrets
printf 'The secrets are in %s/secrets.\n' "$PWD"
