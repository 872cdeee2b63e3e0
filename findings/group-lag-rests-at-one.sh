#!/usr/bin/env bash
# On a quiet topic of transactions a group that has read everything keeps a lag of 1 for ever with some clients: what they commit is
# the offset behind the last record, and the marker of the last transaction stands there. kafkajs 2.2.4, franz-go 1.22.3 and
# sarama 1.61.1 rest at 1; the Java client 4.4.0 and confluent-kafka 2.16.1 commit their position, which has passed the marker.
. "$(dirname "$0")/support/kafka.sh"
here=$(cd "$(dirname "$0")" && pwd)
start_kafka
run_java "$here/support/Transactions.java" "$BROKER" ticks # its end is 7

mkdir "$WORK/node"
(cd "$WORK/node" && npm init -y >/dev/null && npm install --silent --no-audit --no-fund kafkajs@2.2.4)
cat >"$WORK/node/read.cjs" <<'JS'
const { Kafka, logLevel } = require('kafkajs')
const consumer = new Kafka({ brokers: [process.argv[2]], logLevel: logLevel.NOTHING }).consumer({ groupId: 'kafkajs' })
consumer.connect().then(async () => {
  await consumer.subscribe({ topic: 'ticks', fromBeginning: true })
  await consumer.run({ eachMessage: async () => {} })
  setTimeout(() => consumer.disconnect().then(() => process.exit(0)), 10_000)
})
JS
node "$WORK/node/read.cjs" "$BROKER" 2>/dev/null

python_with confluent-kafka==2.16.1
cat >"$WORK/read.py" <<'PY'
import sys, time
from confluent_kafka import Consumer
consumer = Consumer({"bootstrap.servers": sys.argv[1], "group.id": "confluent-kafka", "auto.offset.reset": "earliest"})
consumer.subscribe(["ticks"])
ends = time.monotonic() + 12
while time.monotonic() < ends: consumer.poll(0.5)
consumer.close()
PY
"$PYTHON" "$WORK/read.py" "$BROKER"

go_with github.com/IBM/sarama@v1.61.1 github.com/twmb/franz-go@v1.22.3
cat >"$WORK/go/franz.go" <<'GO'
package main

import (
	"context"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	client, err := kgo.NewClient(kgo.SeedBrokers(os.Args[1]), kgo.ConsumerGroup("franz-go"), kgo.ConsumeTopics("ticks"),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		panic(err)
	}
	within, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for within.Err() == nil {
		client.PollFetches(within)
	}
	if err := client.CommitUncommittedOffsets(context.Background()); err != nil {
		panic(err)
	}
	client.Close()
}
GO
go_run franz "$BROKER"
cat >"$WORK/go/sarama.go" <<'GO'
package main

import (
	"context"
	"os"
	"time"

	"github.com/IBM/sarama"
)

type reader struct{}

func (reader) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (reader) Cleanup(sarama.ConsumerGroupSession) error { return nil }
func (reader) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case record := <-claim.Messages():
			if record == nil {
				return nil
			}
			session.MarkMessage(record, "")
		case <-session.Context().Done():
			return nil
		}
	}
}

func main() {
	config := sarama.NewConfig()
	config.Consumer.IsolationLevel = sarama.ReadCommitted
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	group, err := sarama.NewConsumerGroup([]string{os.Args[1]}, "sarama", config)
	if err != nil {
		panic(err)
	}
	within, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_ = group.Consume(within, []string{"ticks"}, reader{})
	_ = group.Close()
}
GO
go_run sarama "$BROKER"

cat >"$WORK/Read.java" <<'JAVA'
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads all as group `java`, then prints what is left to each group, as the broker's own tool does: end offset less committed offset. */
public class Read {
  public static void main(String[] args) throws Exception {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", args[0]);
    settings.put("group.id", "java");
    settings.put("isolation.level", "read_committed");
    settings.put("auto.offset.reset", "earliest");
    settings.put("key.deserializer", StringDeserializer.class.getName());
    settings.put("value.deserializer", StringDeserializer.class.getName());
    try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings)) {
      consumer.subscribe(List.of("ticks"));
      for (long end = System.currentTimeMillis() + 10_000; System.currentTimeMillis() < end; ) consumer.poll(Duration.ofMillis(500));
    }
    TopicPartition partition = new TopicPartition("ticks", 0);
    try (Admin admin = Admin.create(settings)) {
      for (String group : List.of("kafkajs", "franz-go", "sarama", "confluent-kafka", "java")) {
        OffsetAndMetadata committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(partition);
        System.out.print(group + "=" + (committed == null ? "none" : String.valueOf(7 - committed.offset())) + " ");
      }
    }
  }
}
JAVA
expect 'lag of a group that has read everything' "$(run_java "$WORK/Read.java" "$BROKER")" \
  'kafkajs=1 franz-go=1 sarama=1 confluent-kafka=0 java=0 '
verdict
