#!/usr/bin/env bash
# franz-go 1.22.3 compresses with snappy unless told otherwise, and keeps the compressed form where it is shorter: a short JSON record goes
# out plain and a longer one compressed, so a reader without snappy reads a topic for months until somebody writes a longer record.
# The compressed form is one bare snappy block, where the Java client's is framed (xerial): a reader of one form alone fails at the other.
. "$(dirname "$0")/support/kafka.sh"
start_kafka
go_with github.com/twmb/franz-go@v1.22.3 github.com/twmb/franz-go/pkg/kadm
cat >"$WORK/go/send.go" <<'GO'
package main

import (
	"context"
	"os"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	client, err := kgo.NewClient(kgo.SeedBrokers(os.Args[1]))
	if err != nil {
		panic(err)
	}
	within := context.Background()
	if _, err := kadm.NewClient(client).CreateTopic(within, 1, 1, nil, "rules"); err != nil {
		panic(err)
	}
	short := `{"name":"btc-70k","kind":"price","instrument":"binance:BTC/USDT","above":"70000"}`
	long := `{"name":"btc-70k","kind":"price","instrument":"binance:BTC/USDT","above":"70000","message":"` + strings.Repeat("price above 70000, ", 12) + `"}`
	for _, value := range []string{short, long} {
		if err := client.ProduceSync(within, &kgo.Record{Topic: "rules", Key: []byte("btc-70k"), Value: []byte(value)}).FirstErr(); err != nil {
			panic(err)
		}
	}
}
GO
go_run send "$BROKER"
cat >"$WORK/batches.py" <<'PY'
import struct, sys
CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
data, at = open(sys.argv[1], "rb").read(), 0
while at < len(data):
    length, attributes = struct.unpack_from(">i", data, at + 8)[0], struct.unpack_from(">h", data, at + 21)[0]
    records = data[at + 61 : at + 12 + length]
    codec = CODECS[attributes & 7]
    print(codec if codec != "snappy" else "snappy, xerial" if records.startswith(b"\x82SNAPPY\0") else "snappy, bare", end="; ")
    at += 12 + length
PY
expect 'a rule of 81 bytes; the same with a message, 322 bytes' "$(python3 "$WORK/batches.py" "$WORK/data/rules-0/00000000000000000000.log")" 'none; snappy, bare; '
verdict
