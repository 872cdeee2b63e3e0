import java.util.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.serialization.StringSerializer;

/** Makes a topic of one partition: offset 0 committed, 1 its marker, 2 and 3 aborted, 4 their marker, 5 committed, 6 its marker. */
public class Transactions {
  public static void main(String[] args) throws Exception {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", args[0]);
    settings.put("transactional.id", "finding-" + args[1]);
    settings.put("key.serializer", StringSerializer.class.getName());
    settings.put("value.serializer", StringSerializer.class.getName());
    try (Admin admin = Admin.create(settings)) {
      admin.createTopics(List.of(new NewTopic(args[1], 1, (short) 1))).all().get();
    }
    try (Producer<String, String> producer = new KafkaProducer<>(settings)) {
      producer.initTransactions();
      transaction(producer, args[1], true, "committed-1");
      transaction(producer, args[1], false, "aborted-1", "aborted-2");
      transaction(producer, args[1], true, "committed-2");
    }
  }

  static void transaction(Producer<String, String> producer, String topic, boolean commit, String... values) throws Exception {
    producer.beginTransaction();
    for (String value : values) producer.send(new ProducerRecord<>(topic, "key", value)).get();
    producer.flush();
    if (commit) producer.commitTransaction();
    else producer.abortTransaction();
  }
}
