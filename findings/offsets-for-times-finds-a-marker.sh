#!/usr/bin/env bash
# `offsetsForTimes` of Kafka 4.4.0 answers with the offset of a transaction's marker: a marker bears the coordinator's clock, so in a topic
# of older event times the first marker is "at or after" every time behind the record before it. The answer for a time behind all records
# is the first marker too, not "none" and not the end: who reads from there gets records that are earlier than what was asked for.
. "$(dirname "$0")/support/kafka.sh"
start_kafka
cat >"$WORK/Times.java" <<'JAVA'
import java.util.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.*;

/** Two transactions of records of event time 1,000 and 2,000 ms of a day long past; asks for 1,500 ms and for 2,500 ms. */
public class Times {
  public static void main(String[] args) throws Exception {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", args[0]);
    settings.put("transactional.id", "times");
    settings.put("key.serializer", StringSerializer.class.getName());
    settings.put("value.serializer", StringSerializer.class.getName());
    settings.put("key.deserializer", StringDeserializer.class.getName());
    settings.put("value.deserializer", StringDeserializer.class.getName());
    long day = 1_700_000_000_000L;
    try (Admin admin = Admin.create(settings)) {
      admin.createTopics(List.of(new NewTopic("ticks", 1, (short) 1).configs(Map.of("retention.ms", "-1")))).all().get();
    }
    try (Producer<String, String> producer = new KafkaProducer<>(settings)) {
      producer.initTransactions();
      for (long time : new long[] {day + 1_000, day + 2_000}) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("ticks", 0, time, "key", "value")).get();
        producer.commitTransaction();
      }
    }
    TopicPartition partition = new TopicPartition("ticks", 0);
    try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings)) {
      for (long time : new long[] {day + 1_500, day + 2_500}) {
        OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(partition, time)).get(partition);
        System.out.print(found == null ? "none " : found.offset() + (found.timestamp() > day + 1_000_000 ? "=marker " : "=record "));
      }
    }
  }
}
JAVA
expect 'offsets for a time between two records, and for one behind both' "$(run_java "$WORK/Times.java" "$BROKER")" '1=marker 1=marker '
verdict
