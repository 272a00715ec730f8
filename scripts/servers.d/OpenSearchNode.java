import java.util.concurrent.CountDownLatch;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One OpenSearch node on given loopback ports; -Dos.set.KEY=VALUE sets any of its settings. Ends with SIGTERM. */
public class OpenSearchNode {
  public static void main(String[] arguments) throws Exception {
    int http = Integer.getInteger("http"), transport = Integer.getInteger("transport");
    OpenSearchRunner runner = new OpenSearchRunner();
    // The runner's own counting refuses ports over 9299.
    runner.setMaxHttpPort(-1);
    runner.onBuild((number, settings) -> {
      settings.put("network.host", "127.0.0.1").put("http.port", http).put("transport.port", transport);
      settings.put("discovery.type", "single-node").put("cluster.routing.allocation.disk.threshold_enabled", false);
      settings.putList("node.roles", "cluster_manager", "data", "ingest");
      System.getProperties().forEach((key, value) -> {
        if (key.toString().startsWith("os.set.")) settings.put(key.toString().substring(7), value.toString());
      });
    });
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      try {
        runner.close();
      } catch (Exception ignored) {
        // The process is ending anyway.
      }
    }));
    runner.build(OpenSearchRunner.newConfigs().basePath(System.getProperty("base")).numOfNode(1).clusterName("tweetpulse-test"));
    new CountDownLatch(1).await();
  }
}
