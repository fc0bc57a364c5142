# shellcheck shell=bash
# Installs, starts and stops what is measured. Sourced by run; uses scratch, here, root, say and sets server.

java_flags=(
    -XX:+IgnoreUnrecognizedVMOptions
    --add-opens=java.base/java.lang.reflect=ALL-UNNAMED
    --add-opens=java.base/sun.nio.ch=ALL-UNNAMED
    --add-exports=java.base/jdk.internal.ref=ALL-UNNAMED
    --add-exports=java.base/jdk.internal.util=ALL-UNNAMED
    --enable-native-access=ALL-UNNAMED
    --sun-misc-unsafe-memory-access=allow
)
# Process ids by name of the peer.
declare -A peer_pids=()
postgres_port=''

java_home() {
    if [[ -n ${JAVA_HOME:-} ]]; then
        echo "$JAVA_HOME"
    else
        dirname "$(dirname "$(readlink -f "$(command -v java)")")"
    fi
}

postgres_bin() {
    local bin
    for bin in /usr/lib/postgresql/*/bin "$(dirname "$(command -v postgres || echo /nowhere/x)")"; do
        if [[ -x $bin/initdb ]]; then
            echo "$bin"
            return 0
        fi
    done
    return 1
}

install_peers() {
    local missing=()
    command -v redis-server >/dev/null || missing+=(redis-server)
    command -v nats-server >/dev/null || missing+=(nats-server)
    postgres_bin >/dev/null || missing+=(postgresql)
    command -v nginx >/dev/null || missing+=(nginx-light)
    [[ -e /usr/lib/nginx/modules/ngx_nchan_module.so ]] || missing+=(libnginx-mod-nchan)
    if ((${#missing[@]} > 0)); then
        say "run: installing ${missing[*]}"
        local sudo=()
        if [[ $(id -u) != 0 ]]; then sudo=(sudo); fi
        # The packages' own services stay off: level 1 starts none.
        if ! { "${sudo[@]}" apt-get update -q && "${sudo[@]}" env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
            apt-get -o DPkg::Lock::Timeout=300 install -q -y --no-install-recommends "${missing[@]}"; } </dev/null >&2; then
            say 'run: not all peers could be installed; those that are missing are left out'
        fi
    fi
    if command -v npm >/dev/null && [[ ! -d $here/target/npm/node_modules/@durable-streams/server ]]; then
        say 'run: installing the reference server of Durable Streams'
        mkdir -p "$here/target/npm"
        (cd "$here/target/npm" && npm install --silent --no-audit --no-fund --prefix . @durable-streams/server@0.3.7) \
            </dev/null >&2 || say 'run: the reference server could not be installed'
    fi
}

# Postgres refuses to run as root: then it gets an unprivileged user.
as_postgres() {
    if [[ $(id -u) == 0 ]]; then
        setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
    else
        "$@"
    fi
}

free_port() {
    local port
    for ((port = 20000 + RANDOM % 20000; ; port++)); do
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
}

# await_port PORT PID: until somebody listens there or the process is gone
await_port() {
    local i
    for ((i = 0; i < 300; i++)); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return 0; fi
        kill -0 "$2" 2>/dev/null || return 1
        sleep 0.1
    done
    return 1
}

stop_peer() {
    local pid=${peer_pids[$1]:-} i
    unset "peer_pids[$1]"
    if [[ -z $pid ]] || ! kill -0 "$pid" 2>/dev/null; then return 0; fi
    kill -TERM "$pid" 2>/dev/null || true
    for ((i = 0; i < 100; i++)); do
        if ! kill -0 "$pid" 2>/dev/null; then break; fi
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
}

stop_peers() {
    local name
    for name in "${!peer_pids[@]}"; do
        # The fast way out for postgres: SIGINT ends its sessions.
        if [[ $name == postgresql ]]; then kill -INT "${peer_pids[$name]}" 2>/dev/null || true; fi
        stop_peer "$name"
    done
}

# Once per run of the script: its tables are dropped by each measurement.
start_postgresql() {
    if [[ -z ${peer_pids[postgresql]:-} ]]; then
        local bin port=0 data=$scratch/postgresql
        bin=$(postgres_bin) || return 1
        mkdir -p "$data"
        chmod 711 "$scratch"
        if [[ $(id -u) == 0 ]]; then chown postgres "$data"; fi
        (cd / && as_postgres "$bin/initdb" -D "$data/db" -U postgres -A trust --no-sync) >/dev/null 2>&1 || return 1
        port=$(free_port)
        # Defaults, but room for the callers, and write-ahead log for a minute without a checkpoint.
        local user=()
        if [[ $(id -u) == 0 ]]; then user=(setpriv --reuid=postgres --regid=postgres --clear-groups); fi
        (cd / && exec "${user[@]}" "$bin/postgres" -D "$data/db" -p "$port" -c listen_addresses=127.0.0.1 \
            -c unix_socket_directories='' -c max_connections=100 -c shared_buffers=512MB -c max_wal_size=4GB) \
            >"$scratch/postgresql.log" 2>&1 </dev/null &
        peer_pids[postgresql]=$!
        await_port "$port" "${peer_pids[postgresql]}" || return 1
        sleep 1
        postgres_port=$port
    fi
    server=127.0.0.1:$postgres_port
}

start_redis() {
    command -v redis-server >/dev/null || return 1
    local fsync=everysec port
    [[ " $* " != *' --durability disk '* ]] || fsync=always
    port=$(free_port)
    redis-server --bind 127.0.0.1 --port "$port" --dir "$directory" --save '' --appendonly yes --appendfsync "$fsync" \
        --protected-mode no >"$scratch/redis.log" 2>&1 </dev/null &
    peer_pids[redis]=$!
    await_port "$port" "${peer_pids[redis]}" || return 1
    server=127.0.0.1:$port
}

start_nats() {
    command -v nats-server >/dev/null || return 1
    local port
    port=$(free_port)
    nats-server --addr 127.0.0.1 --port "$port" --jetstream --store_dir "$directory" >"$scratch/nats.log" 2>&1 </dev/null &
    peer_pids[nats]=$!
    await_port "$port" "${peer_pids[nats]}" || return 1
    server=127.0.0.1:$port
}

# option NAME DEFAULT WORDS...: the value of --NAME among the words
option() {
    local name=--$1 value=$2
    shift 2
    while (($# > 1)); do
        if [[ $1 == "$name" ]]; then value=$2; fi
        shift
    done
    echo "$value"
}

# await_line FILE PID PATTERN: prints the first line that matches
await_line() {
    local i
    for ((i = 0; i < 3000; i++)); do
        if grep -m 1 "$3" "$1" 2>/dev/null; then return 0; fi
        kill -0 "$2" 2>/dev/null || return 1
        sleep 0.01
    done
    return 1
}

# The command as it is shipped, with its own settings.
start_fluxlog() {
    local out=$scratch/fluxlog.out line
    rm -f "$out"
    "$root/fluxlog" serve --data "$directory/data" --listen 127.0.0.1:0 --durability "$(option durability disk "$@")" \
        >"$out" 2>"$scratch/fluxlog.log" </dev/null &
    peer_pids[fluxlog]=$!
    line=$(await_line "$out" "${peer_pids[fluxlog]}" '^fluxlog ready on ') || return 1
    server=${line##*http://}
}

# start_durable_streams NAME DATA-DIRECTORY: the directory is empty for the memory of the process
start_durable_streams() {
    local port
    [[ -d $here/target/npm/node_modules/@durable-streams/server ]] || return 1
    port=$(free_port)
    # In a directory of its own for modules, so that its packages are found.
    cat >"$here/target/npm/serve.mjs" <<'END'
import { DurableStreamTestServer } from "@durable-streams/server"
const [port, dataDir] = process.argv.slice(2)
const server = new DurableStreamTestServer({ port: Number(port), host: "127.0.0.1", ...(dataDir ? { dataDir } : {}) })
await server.start()
END
    node "$here/target/npm/serve.mjs" "$port" "$2" >"$scratch/$1.log" 2>&1 </dev/null &
    peer_pids[$1]=$!
    await_port "$port" "${peer_pids[$1]}" || return 1
    server=127.0.0.1:$port
}

start_nchan() {
    local port module=/usr/lib/nginx/modules/ngx_nchan_module.so
    command -v nginx >/dev/null && [[ -e $module ]] || return 1
    port=$(free_port)
    cat >"$directory/nginx.conf" <<END
load_module $module;
daemon off;
master_process on;
worker_processes 2;
pid $directory/nginx.pid;
error_log $directory/error.log;
worker_rlimit_nofile 65536;
events { worker_connections 32768; }
http {
    access_log off;
    client_body_temp_path $directory/body;
    proxy_temp_path $directory/proxy;
    fastcgi_temp_path $directory/fastcgi;
    uwsgi_temp_path $directory/uwsgi;
    scgi_temp_path $directory/scgi;
    nchan_shared_memory_size 256M;
    keepalive_requests 1000000;
    server {
        listen 127.0.0.1:$port backlog=4096;
        location ~ ^/publish/(\\d+)\$ { nchan_publisher; nchan_channel_id events\$1; nchan_message_buffer_length 100; }
        location ~ ^/follow/(\\d+)\$ { nchan_subscriber eventsource; nchan_channel_id events\$1; nchan_subscriber_first_message newest; }
    }
}
END
    nginx -p "$directory" -c "$directory/nginx.conf" >"$scratch/nchan.log" 2>&1 </dev/null &
    peer_pids[nchan]=$!
    await_port "$port" "${peer_pids[nchan]}" || return 1
    server=127.0.0.1:$port
}

# start_broadcast NAME SERVER: one of the servers that the benchmarks bring themselves
start_broadcast() {
    local port
    port=$(free_port)
    "$(java_home)/bin/java" "${java_flags[@]}" -cp "$here/target/classes:$here/target/lib/*" \
        dev.fluxlog.benchmarks.Main "$2" --port "$port" >"$scratch/$1.log" 2>&1 </dev/null &
    peer_pids[$1]=$!
    await_port "$port" "${peer_pids[$1]}" || return 1
    server=127.0.0.1:$port
}

# start_subject KIND SUBJECT DIRECTORY OPTIONS...: what runs in the driver's own process needs no start
start_subject() {
    local kind=$1 subject=$2 directory=$3
    shift 3
    case $kind:$subject in
        append:postgresql) start_postgresql ;;
        append:redis) start_redis "$@" ;;
        append:nats) start_nats ;;
        http:fluxlog | round-trip:fluxlog | fan-out:fluxlog | replay:fluxlog) start_fluxlog "$@" ;;
        *:durable-streams) start_durable_streams durable-streams "$directory/streams" ;;
        *:durable-streams-memory) start_durable_streams durable-streams-memory '' ;;
        *:nchan) start_nchan ;;
        *:reactor-netty) start_broadcast reactor-netty serve-plain ;;
        *:webflux) start_broadcast webflux serve-webflux ;;
    esac
}

stop_subject() {
    if [[ $1 != postgresql ]]; then stop_peer "$1"; fi
}

# measure_start SCENARIO RUN: the command from its call to its ready line, and its memory after three seconds of idling
measure_start() {
    local directory=$scratch/data from to kilobytes
    rm -rf "$directory"
    mkdir -p "$directory"
    # The jar is built and up to date from here on.
    "$root/fluxlog" --version >/dev/null 2>&1 || true
    from=$(date +%s%N)
    start_fluxlog || return 1
    to=$(date +%s%N)
    sleep 3
    kilobytes=$(awk '/^VmRSS/ { print $2 }' "/proc/${peer_pids[fluxlog]}/status")
    stop_peer fluxlog
    printf '%s\tfluxlog\t%s\tready\t%s\n' "$1" "$2" $(((to - from) / 1000))
    printf '%s\tfluxlog\t%s\tresident MB\t%s\n' "$1" "$2" $((kilobytes * 1024 / 1000000))
}

jar_version() {
    basename "$here"/target/lib/"$1"-[0-9]*.jar .jar | sed 's/.*-//'
}

machine_facts() {
    local model memory os java
    model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
    memory=$(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)
    os=$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)
    java=$("$(java_home)/bin/java" -version 2>&1 | sed -n '2p')
    printf 'processor\t%s, %s cores\n' "$model" "$(nproc)"
    printf 'memory\t%s\n' "$memory"
    printf 'system\t%s, Linux %s%s\n' "$os" "$(uname -r)" "$(grep -q hypervisor /proc/cpuinfo && echo ', virtual machine')"
    printf 'file system\t%s\n' "$(df -T "${TMPDIR:-/tmp}" | awk 'NR == 2 { print $2 }')"
    printf 'Java\t%s, heap 1 GiB\n' "$java"
    printf 'PostgreSQL\t%s\n' "$(postgres_bin >/dev/null && "$(postgres_bin)/postgres" --version | awk '{ print $3 }')"
    printf 'Redis\t%s\n' "$(redis-server --version 2>/dev/null | sed -n 's/.* v=\([^ ]*\).*/\1/p')"
    printf 'NATS\t%s\n' "$(nats-server --version 2>/dev/null | sed -n 's/.*v\([0-9.]*\).*/\1/p')"
    printf 'nginx\t%s\n' "$(nginx -v 2>&1 | sed -n 's#.*/##p')"
    printf 'nchan\t%s\n' "$(dpkg-query -W -f '${Version}' libnginx-mod-nchan 2>/dev/null)"
    printf 'Reactor Netty\t%s\n' "$(jar_version reactor-netty-http)"
    printf 'Spring WebFlux\t%s\n' "$(jar_version spring-webflux)"
    printf 'Kafka\t%s\n' "$(jar_version kafka-clients)"
    printf 'Chronicle Queue\t%s\n' "$(jar_version chronicle-queue)"
    printf 'SQLite JDBC\t%s\n' "$(jar_version sqlite-jdbc)"
    printf 'Durable Streams server\t0.3.7, Node.js %s\n' "$(node --version 2>/dev/null)"
    printf 'revision\t%s\n' "$(git -C "$root" rev-parse --short HEAD 2>/dev/null)"
}
