# A Kafka 4.4.0 of its own for a script of this folder, from Maven Central's jars, in a temp folder that goes at the end.
# Sourced. Sets BROKER (host:port), WORK (the folder) and JARS (a class path); needs Java 17, Maven, curl.
set -euo pipefail
KAFKA_VERSION=4.4.0
WORK=$(mktemp -d)
broker_pid=
finish() {
  if [[ -n $broker_pid ]]; then
    kill "$broker_pid" 2>/dev/null || true
    wait "$broker_pid" 2>/dev/null || true
  fi
  chmod -R u+w "$WORK" 2>/dev/null || true # Go's module cache is read-only
  rm -rf "$WORK"
}
trap finish EXIT

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# start_kafka [NAME=VALUE...]: with further properties of the broker. All else is Kafka's default but for the number of copies.
start_kafka() {
  local broker_port controller_port
  broker_port=$(free_port)
  controller_port=$(free_port)
  BROKER=127.0.0.1:$broker_port
  cat >"$WORK/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$KAFKA_VERSION</version></dependency>
  </dependencies>
</project>
POM
  (cd "$WORK" && mvn -q -B dependency:copy-dependencies -DoutputDirectory="$WORK/jars" >"$WORK/maven.log" 2>&1) || { tail -n 5 "$WORK/maven.log"; return 1; }
  JARS="$WORK/jars/*"
  {
    printf '%s\n' process.roles=broker,controller node.id=1 "controller.quorum.bootstrap.servers=127.0.0.1:$controller_port" \
      "listeners=PLAINTEXT://$BROKER,CONTROLLER://127.0.0.1:$controller_port" "advertised.listeners=PLAINTEXT://$BROKER,CONTROLLER://127.0.0.1:$controller_port" \
      controller.listener.names=CONTROLLER inter.broker.listener.name=PLAINTEXT \
      listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT "log.dirs=$WORK/data" \
      {offsets.topic,transaction.state.log,share.coordinator.state.topic}.replication.factor=1 \
      {transaction.state.log,share.coordinator.state.topic}.min.isr=1 group.initial.rebalance.delay.ms=0 "$@"
  } >"$WORK/server.properties"
  java -cp "$JARS" kafka.tools.StorageTool format -t AAAAAAAAAAAAAAAAAAAAAQ -c "$WORK/server.properties" --standalone >"$WORK/format.log" 2>&1
  java -Xmx512m -XX:+UseSerialGC -cp "$JARS" kafka.Kafka "$WORK/server.properties" >"$WORK/broker.log" 2>&1 &
  broker_pid=$!
  local tries=0
  until (exec 3<>"/dev/tcp/127.0.0.1/$broker_port") 2>/dev/null; do
    kill -0 "$broker_pid" 2>/dev/null && ((tries++ < 120)) || { tail -n 5 "$WORK/broker.log"; return 1; }
    sleep 0.5
  done
}

# run_java FILE [ARGUMENT...]: a program of one source file, with the client's jars.
run_java() { timeout 90 java -cp "$JARS" "$@" 2>>"$WORK/java.log"; }

# python_with PACKAGE...: a virtual environment with these; PYTHON runs in it.
python_with() {
  python3 -m venv "$WORK/python"
  "$WORK/python/bin/pip" install --quiet --disable-pip-version-check "$@"
  PYTHON=$WORK/python/bin/python
}

# go_with MODULE@VERSION...: a module in WORK/go that requires these; go_run NAME ARGUMENT... runs WORK/go/NAME.go.
go_with() {
  export GOFLAGS=-mod=mod GOPATH="$WORK/gopath"
  mkdir -p "$WORK/go"
  (cd "$WORK/go" && go mod init finding && go get "$@") >"$WORK/go.log" 2>&1 || { tail -n 5 "$WORK/go.log"; return 1; }
}
go_run() {
  local name=$1
  shift
  (cd "$WORK/go" && mkdir -p "$name" && cp "$name.go" "$name/main.go" && go build -o "$WORK/$name" "./$name" >"$WORK/go.log" 2>&1) || { tail -n 5 "$WORK/go.log"; return 1; }
  timeout 90 "$WORK/$name" "$@"
}

# expect WHAT SEEN DUE: prints what was seen; a difference is remembered and makes `verdict` fail.
differs=0
expect() {
  if [[ $2 == "$3" ]]; then printf 'as stated  %-62s %s\n' "$1" "$2"; else
    printf 'CHANGED    %-62s %s  (stated: %s)\n' "$1" "$2" "$3"
    differs=1
  fi
}
verdict() { exit $differs; }
