#!/usr/bin/env bash
# Most clients hand out the records of aborted transactions unless told otherwise: read_committed is Kafka's word, not its default.
# kafka-python 3.0.12, aiokafka 0.14.0, sarama 1.61.1, franz-go 1.22.3, the share consumer of kafka-clients 4.4.0; confluent-kafka 2.16.1
# (librdkafka) is the one whose default is read_committed. A share group takes the level from a setting of the group, not of the client.
. "$(dirname "$0")/support/kafka.sh"
here=$(cd "$(dirname "$0")" && pwd)
start_kafka
run_java "$here/support/Transactions.java" "$BROKER" ticks

python_with kafka-python==3.0.12 aiokafka==0.14.0 confluent-kafka==2.16.1
cat >"$WORK/read.py" <<'PY'
import asyncio, sys, time
client, broker, level = sys.argv[1:4]
def with_kafka_python():
    from kafka import KafkaConsumer
    options = {} if level == "default" else {"isolation_level": level}
    consumer = KafkaConsumer("ticks", bootstrap_servers=broker, auto_offset_reset="earliest", consumer_timeout_ms=5000, **options)
    return [record.value.decode() for record in consumer]
async def with_aiokafka():
    from aiokafka import AIOKafkaConsumer
    options = {} if level == "default" else {"isolation_level": level}
    consumer = AIOKafkaConsumer("ticks", bootstrap_servers=broker, auto_offset_reset="earliest", **options)
    await consumer.start()
    values, ends = [], time.monotonic() + 5
    while time.monotonic() < ends:
        for records in (await consumer.getmany(timeout_ms=500)).values():
            values += [record.value.decode() for record in records]
    await consumer.stop()
    return values
def with_confluent_kafka():
    from confluent_kafka import Consumer
    options = {} if level == "default" else {"isolation.level": level}
    consumer = Consumer({"bootstrap.servers": broker, "group.id": "confluent-" + level, "auto.offset.reset": "earliest", **options})
    consumer.subscribe(["ticks"])
    values, ends = [], time.monotonic() + 8
    while time.monotonic() < ends:
        record = consumer.poll(0.5)
        if record and not record.error(): values.append(record.value().decode())
    consumer.close()
    return values
read = {"kafka-python": with_kafka_python, "aiokafka": lambda: asyncio.run(with_aiokafka()), "confluent-kafka": with_confluent_kafka}
print(" ".join(read[client]()))
PY

go_with github.com/IBM/sarama@v1.61.1 github.com/twmb/franz-go@v1.22.3
cat >"$WORK/go/sarama.go" <<'GO'
package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/IBM/sarama"
)

func main() {
	config := sarama.NewConfig()
	if os.Args[2] == "read_committed" {
		config.Consumer.IsolationLevel = sarama.ReadCommitted
		config.Version = sarama.V2_0_0_0
	}
	consumer, err := sarama.NewConsumer([]string{os.Args[1]}, config)
	if err != nil {
		panic(err)
	}
	partition, err := consumer.ConsumePartition("ticks", 0, sarama.OffsetOldest)
	if err != nil {
		panic(err)
	}
	var values []string
	for end := time.After(5 * time.Second); ; {
		select {
		case record := <-partition.Messages():
			values = append(values, string(record.Value))
		case <-end:
			fmt.Println(strings.Join(values, " "))
			return
		}
	}
}
GO
cat >"$WORK/go/franz.go" <<'GO'
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	options := []kgo.Opt{kgo.SeedBrokers(os.Args[1]), kgo.ConsumeTopics("ticks"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart())}
	if os.Args[2] == "read_committed" {
		options = append(options, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		panic(err)
	}
	within, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	var values []string
	for within.Err() == nil {
		client.PollFetches(within).EachRecord(func(record *kgo.Record) { values = append(values, string(record.Value)) })
	}
	fmt.Println(strings.Join(values, " "))
}
GO
cat >"$WORK/Share.java" <<'JAVA'
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;

public class Share {
  public static void main(String[] args) throws Exception {
    String group = "share-" + args[1];
    Properties settings = new Properties();
    settings.put("bootstrap.servers", args[0]);
    settings.put("group.id", group);
    settings.put("key.deserializer", StringDeserializer.class.getName());
    settings.put("value.deserializer", StringDeserializer.class.getName());
    List<AlterConfigOp> changes = new ArrayList<>();
    changes.add(new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET));
    if (!args[1].equals("default")) changes.add(new AlterConfigOp(new ConfigEntry("share.isolation.level", args[1]), AlterConfigOp.OpType.SET));
    try (Admin admin = Admin.create(settings)) {
      admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.GROUP, group), changes)).all().get();
    }
    List<String> values = new ArrayList<>();
    try (KafkaShareConsumer<String, String> consumer = new KafkaShareConsumer<>(settings)) {
      consumer.subscribe(List.of("ticks"));
      for (long end = System.currentTimeMillis() + 12_000; System.currentTimeMillis() < end; )
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) values.add(record.value());
    }
    System.out.println(String.join(" ", values));
  }
}
JAVA

all="committed-1 aborted-1 aborted-2 committed-2"
committed="committed-1 committed-2"
for client in kafka-python aiokafka; do
  expect "$client, default" "$("$PYTHON" "$WORK/read.py" $client "$BROKER" default)" "$all"
  expect "$client, read_committed" "$("$PYTHON" "$WORK/read.py" $client "$BROKER" read_committed)" "$committed"
done
expect 'confluent-kafka, default' "$("$PYTHON" "$WORK/read.py" confluent-kafka "$BROKER" default)" "$committed"
for client in sarama franz; do
  expect "$client, default" "$(go_run $client "$BROKER" default)" "$all"
  expect "$client, read_committed" "$(go_run $client "$BROKER" read_committed)" "$committed"
done
expect 'share consumer, default' "$(run_java "$WORK/Share.java" "$BROKER" default)" "$all"
expect 'share consumer, share.isolation.level=read_committed of its group' "$(run_java "$WORK/Share.java" "$BROKER" read_committed)" "$committed"
verdict
