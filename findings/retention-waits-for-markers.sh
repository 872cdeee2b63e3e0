#!/usr/bin/env bash
# Retention by time looks at the newest timestamp of a segment, and the marker of a transaction bears the broker's clock. Of a topic of
# transactions with old event times the first record alone goes at once (its marker, years later, begins a new segment); all that follow
# share their segment with a marker of now, and stay for `retention.ms` from their commit on. Without transactions all go at once.
# Kafka 4.4.0, retention.ms=3600000, three records of a day in 2023 in each topic, each in a transaction of its own in one of them.
. "$(dirname "$0")/support/kafka.sh"
start_kafka log.retention.check.interval.ms=1000 log.initial.task.delay.ms=1000
cat >"$WORK/Retention.java" <<'JAVA'
import java.util.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

public class Retention {
  static final long OLD = 1_700_000_000_000L;

  public static void main(String[] args) throws Exception {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", args[0]);
    settings.put("key.serializer", StringSerializer.class.getName());
    settings.put("value.serializer", StringSerializer.class.getName());
    Map<String, String> config = Map.of("retention.ms", "3600000");
    try (Admin admin = Admin.create(settings)) {
      admin.createTopics(List.of(new NewTopic("plain", 1, (short) 1).configs(config), new NewTopic("committed", 1, (short) 1).configs(config))).all().get();
      try (Producer<String, String> producer = new KafkaProducer<>(settings)) {
        for (int i = 0; i < 3; i++) producer.send(new ProducerRecord<>("plain", 0, OLD, "key", "value")).get();
      }
      settings.put("transactional.id", "retention");
      try (Producer<String, String> producer = new KafkaProducer<>(settings)) {
        producer.initTransactions();
        for (int i = 0; i < 3; i++) {
          producer.beginTransaction();
          producer.send(new ProducerRecord<>("committed", 0, OLD, "key", "value")).get();
          producer.commitTransaction();
        }
      }
      for (int i = 0; i < 60 && start(admin, "plain") == 0; i++) Thread.sleep(1000);
      Thread.sleep(5000);
      System.out.print("plain starts at " + start(admin, "plain") + ", committed at " + start(admin, "committed"));
    }
  }

  static long start(Admin admin, String topic) throws Exception {
    TopicPartition partition = new TopicPartition(topic, 0);
    return admin.listOffsets(Map.of(partition, OffsetSpec.earliest())).partitionResult(partition).get().offset();
  }
}
JAVA
expect 'first offset of each topic, seconds after its three records' "$(run_java "$WORK/Retention.java" "$BROKER")" \
  'plain starts at 3, committed at 1'
verdict
