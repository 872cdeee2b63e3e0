#!/usr/bin/env bash
# kafka-go 0.4.51 with IsolationLevel ReadCommitted still hands out the records of aborted transactions, and the markers of
# transactions as records of their own: the broker leaves filtering to the client, by the list of aborted transactions of each answer,
# which this client does not apply. A marker's key is 4 bytes (version, type: 0 abort, 1 commit).
. "$(dirname "$0")/support/kafka.sh"
here=$(cd "$(dirname "$0")" && pwd)
start_kafka
run_java "$here/support/Transactions.java" "$BROKER" ticks
go_with github.com/segmentio/kafka-go@v0.4.51
cat >"$WORK/go/reader.go" <<'GO'
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/segmentio/kafka-go"
)

func main() {
	reader := kafka.NewReader(kafka.ReaderConfig{
		Brokers: []string{os.Args[1]}, Topic: "ticks", Partition: 0, IsolationLevel: kafka.ReadCommitted,
	})
	within, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for {
		message, err := reader.ReadMessage(within)
		if err != nil {
			return
		}
		if len(message.Key) == 4 {
			fmt.Printf("%d=marker ", message.Offset)
		} else {
			fmt.Printf("%d=%s ", message.Offset, message.Value)
		}
	}
}
GO
expect 'kafka-go, ReadCommitted' "$(go_run reader "$BROKER")" \
  '0=committed-1 1=marker 2=aborted-1 3=aborted-2 4=marker 5=committed-2 6=marker '
verdict
