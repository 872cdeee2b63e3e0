#!/usr/bin/env bash
# What clients make of a topic whose batches are compressed by zstd, as installed, with nothing added: kafka-python 3.0.12, aiokafka 0.14.0,
# kafkajs 2.2.4; confluent-kafka 2.16.1 brings its own codec.
. "$(dirname "$0")/support/kafka.sh"
start_kafka
python_with kafka-python==3.0.12 aiokafka==0.14.0 confluent-kafka==2.16.1
cat >"$WORK/write.py" <<'PY'
import sys
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic
admin = AdminClient({"bootstrap.servers": sys.argv[1]})
for future in admin.create_topics([NewTopic("ticks", 1, 1)]).values(): future.result()
producer = Producer({"bootstrap.servers": sys.argv[1], "compression.type": "zstd", "linger.ms": 100})
for n in range(50): producer.produce("ticks", b'{"n":%d,"symbol":"BTC/USDT"}' % n)
producer.flush()
PY
"$PYTHON" "$WORK/write.py" "$BROKER"
cat >"$WORK/read.py" <<'PY'
import asyncio, sys, time, warnings
warnings.simplefilter("ignore")
client, broker = sys.argv[1:3]
def with_kafka_python():
    from kafka import KafkaConsumer
    return sum(1 for _ in KafkaConsumer("ticks", bootstrap_servers=broker, auto_offset_reset="earliest", consumer_timeout_ms=8000))
async def with_aiokafka():
    from aiokafka import AIOKafkaConsumer
    consumer = AIOKafkaConsumer("ticks", bootstrap_servers=broker, auto_offset_reset="earliest")
    await consumer.start()
    try:
        count, ends = 0, time.monotonic() + 8
        while time.monotonic() < ends:
            for records in (await consumer.getmany(timeout_ms=500)).values(): count += len(records)
        return count
    finally:
        await consumer.stop()
def with_confluent_kafka():
    from confluent_kafka import Consumer
    consumer = Consumer({"bootstrap.servers": broker, "group.id": "c", "auto.offset.reset": "earliest"})
    consumer.subscribe(["ticks"])
    count, ends = 0, time.monotonic() + 10
    while time.monotonic() < ends:
        record = consumer.poll(0.5)
        if record and not record.error(): count += 1
    consumer.close()
    return count
try:
    work = globals()["with_" + client]()
    print(asyncio.run(work) if asyncio.iscoroutine(work) else work, "records")
except Exception as error:
    print(f"{type(error).__name__}: {error}"[:100])
PY
(cd "$WORK" && npm init -y >/dev/null && npm install --silent --no-audit --no-fund kafkajs@2.2.4)
cat >"$WORK/read.cjs" <<'JS'
const { Kafka, logLevel } = require('kafkajs')
const kafka = new Kafka({ brokers: [process.argv[2]], logLevel: logLevel.NOTHING, retry: { retries: 0 } })
const consumer = kafka.consumer({ groupId: 'kafkajs', retry: { retries: 0 } })
let count = 0
let crash = null
consumer.on(consumer.events.CRASH, ({ payload }) => (crash ??= payload.error))
const run = async () => {
  await consumer.connect()
  await consumer.subscribe({ topics: ['ticks'], fromBeginning: true })
  await consumer.run({ eachMessage: async () => void count++ })
  await new Promise(done => setTimeout(done, 10_000))
  console.log(crash ? `${crash.name}: ${crash.message}` : `${count} records`)
  process.exit(0)
}
run()
JS
expect 'confluent-kafka' "$(timeout 60 "$PYTHON" "$WORK/read.py" confluent_kafka "$BROKER")" '50 records'
expect 'kafka-python' "$(timeout 60 "$PYTHON" "$WORK/read.py" kafka_python "$BROKER")" 'UnsupportedCodecError: UnsupportedCodecError: Libraries for zstd compression codec not found'
expect 'aiokafka' "$(timeout 60 "$PYTHON" "$WORK/read.py" aiokafka "$BROKER")" 'UnsupportedCodecError: UnsupportedCodecError: Libraries for zstd compression codec not found'
expect 'kafkajs' "$(timeout 60 node "$WORK/read.cjs" "$BROKER")" 'KafkaJSNotImplemented: ZSTD compression not implemented'
verdict
