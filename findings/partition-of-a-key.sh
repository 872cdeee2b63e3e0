#!/usr/bin/env bash
# Where a key goes by default, of 20 keys and 12 partitions, beside Kafka's own rule (murmur2 of the key, sign bit off, modulo): kafkajs 2.2.4,
# franz-go 1.22.3, kafka-python 3.0.12 and aiokafka 0.14.0 follow it; confluent-kafka 2.16.1 takes CRC32, sarama 1.61.1 FNV-1a, kafka-go
# 0.4.51 goes round robin whatever the key (both know murmur2 by name when asked for it). @platformatic/kafka 2.12.1 calls its rule murmur2 and differs for some keys.
. "$(dirname "$0")/support/kafka.sh"
start_kafka
for base in BTC ETH BNB SOL XRP ADA DOGE AVAX DOT LINK LTC TRX UNI ATOM ETC XLM NEAR APT ARB OP; do echo "binance:$base/USDT"; done >"$WORK/keys"
cat >"$WORK/Topics.java" <<'JAVA'
import java.util.*;
import org.apache.kafka.clients.admin.*;

public class Topics {
  public static void main(String[] args) throws Exception {
    List<NewTopic> topics = new ArrayList<>();
    for (String name : Arrays.asList(args).subList(1, args.length)) topics.add(new NewTopic(name, 12, (short) 1));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", args[0]))) { admin.createTopics(topics).all().get(); }
  }
}
JAVA
clients=(kafkajs platformatic kafka-python aiokafka confluent-kafka confluent-kafka-murmur2 sarama franz-go kafka-go kafka-go-murmur2)
run_java "$WORK/Topics.java" "$BROKER" "${clients[@]}"

mkdir "$WORK/node"
(cd "$WORK/node" && npm init -y >/dev/null && npm install --silent --no-audit --no-fund kafkajs@2.2.4 @platformatic/kafka@2.12.1 "node-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')@26.10.0")
cat >"$WORK/node/kafkajs.cjs" <<'JS'
process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1'
const { Kafka, logLevel } = require('kafkajs')
const producer = new Kafka({ brokers: [process.argv[2]], logLevel: logLevel.NOTHING }).producer()
const keys = require('node:fs').readFileSync(process.argv[3], 'utf8').trim().split('\n')
producer.connect().then(async () => {
  await producer.send({ topic: 'kafkajs', messages: keys.map(key => ({ key, value: 'v' })) })
  await producer.disconnect()
  process.exit(0)
})
JS
cat >"$WORK/node/platformatic.mjs" <<'JS'
import { readFileSync } from 'node:fs'
import { Producer, stringSerializers } from '@platformatic/kafka'
const producer = new Producer({ clientId: 'finding', bootstrapBrokers: [process.argv[2]], serializers: stringSerializers })
const keys = readFileSync(process.argv[3], 'utf8').trim().split('\n')
await producer.send({ messages: keys.map(key => ({ topic: 'platformatic', key, value: 'v' })) })
await producer.close()
JS
(cd "$WORK/node" && export PATH="$WORK/node/node_modules/.bin:$PATH" && node kafkajs.cjs "$BROKER" "$WORK/keys" 2>/dev/null && node platformatic.mjs "$BROKER" "$WORK/keys")

python_with kafka-python==3.0.12 aiokafka==0.14.0 confluent-kafka==2.16.1
cat >"$WORK/send.py" <<'PY'
import asyncio, sys
broker, keys = sys.argv[1], open(sys.argv[2]).read().split()
from kafka import KafkaProducer
producer = KafkaProducer(bootstrap_servers=broker)
for key in keys: producer.send("kafka-python", key=key.encode(), value=b"v")
producer.flush()
from confluent_kafka import Producer
for topic, options in {"confluent-kafka": {}, "confluent-kafka-murmur2": {"partitioner": "murmur2_random"}}.items():
    producer = Producer({"bootstrap.servers": broker, **options})
    for key in keys: producer.produce(topic, key=key.encode(), value=b"v")
    producer.flush()
async def main():
    from aiokafka import AIOKafkaProducer
    producer = AIOKafkaProducer(bootstrap_servers=broker)
    await producer.start()
    for key in keys: await producer.send_and_wait("aiokafka", key=key.encode(), value=b"v")
    await producer.stop()
asyncio.run(main())
PY
"$PYTHON" "$WORK/send.py" "$BROKER" "$WORK/keys"

go_with github.com/IBM/sarama@v1.61.1 github.com/twmb/franz-go@v1.22.3 github.com/segmentio/kafka-go@v0.4.51
cat >"$WORK/go/send.go" <<'GO'
package main

import (
	"context"
	"os"
	"strings"

	"github.com/IBM/sarama"
	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kgo"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	broker := os.Args[1]
	text, err := os.ReadFile(os.Args[2])
	must(err)
	keys := strings.Fields(string(text))
	within := context.Background()

	config := sarama.NewConfig()
	config.Producer.Return.Successes = true
	bySarama, err := sarama.NewSyncProducer([]string{broker}, config)
	must(err)
	byFranz, err := kgo.NewClient(kgo.SeedBrokers(broker))
	must(err)
	bySegment := &kafka.Writer{Addr: kafka.TCP(broker), Topic: "kafka-go", BatchSize: 1}
	byMurmur2 := &kafka.Writer{Addr: kafka.TCP(broker), Topic: "kafka-go-murmur2", BatchSize: 1, Balancer: kafka.Murmur2Balancer{}}
	for _, key := range keys {
		_, _, err = bySarama.SendMessage(&sarama.ProducerMessage{Topic: "sarama", Key: sarama.StringEncoder(key), Value: sarama.StringEncoder("v")})
		must(err)
		must(byFranz.ProduceSync(within, &kgo.Record{Topic: "franz-go", Key: []byte(key), Value: []byte("v")}).FirstErr())
		must(bySegment.WriteMessages(within, kafka.Message{Key: []byte(key), Value: []byte("v")}))
		must(byMurmur2.WriteMessages(within, kafka.Message{Key: []byte(key), Value: []byte("v")}))
	}
}
GO
go_run send "$BROKER" "$WORK/keys"

cat >"$WORK/Compare.java" <<'JAVA'
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;

/** For each topic, how many of its 20 records stand in another partition than Kafka's own rule says. */
public class Compare {
  public static void main(String[] args) throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", args[0], "auto.offset.reset", "earliest",
        "key.deserializer", ByteArrayDeserializer.class, "value.deserializer", ByteArrayDeserializer.class);
    for (String topic : Arrays.asList(args).subList(1, args.length)) {
      int seen = 0, elsewhere = 0;
      try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (int i = 0; i < 12; i++) partitions.add(new TopicPartition(topic, i));
        consumer.assign(partitions);
        for (long end = System.currentTimeMillis() + 20_000; seen < 20 && System.currentTimeMillis() < end; )
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
            seen++;
            if (record.partition() != Utils.toPositive(Utils.murmur2(record.key())) % 12) elsewhere++;
          }
      }
      System.out.print(topic + "=" + elsewhere + "/" + seen + " ");
    }
  }
}
JAVA
expect 'records in another partition than Kafka itself would choose' "$(run_java "$WORK/Compare.java" "$BROKER" "${clients[@]}")" \
  'kafkajs=0/20 platformatic=10/20 kafka-python=0/20 aiokafka=0/20 confluent-kafka=17/20 confluent-kafka-murmur2=0/20 sarama=20/20 franz-go=0/20 kafka-go=18/20 kafka-go-murmur2=0/20 '
verdict
