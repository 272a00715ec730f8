// TLS, users, Cluster and Sentinel on private servers.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>

#include "driver/redis_nodes.h"
#include "support/private_redis.h"
#include "support/temp_folder.h"

namespace tweetpulse {
namespace {

using std::chrono::milliseconds;
using testing_support::TempFolder;

class RedisDeployment : public testing::Test {
 protected:
  void SetUp() override {
    if (!PrivateRedis::is_possible()) GTEST_SKIP() << "redis-server is missing";
  }
  static std::unique_ptr<Redis> open(const std::string& url) { return Redis::open({.url = url}).value(); }
  static bool comes_true(const std::function<bool()>& wish) {
    for (int n = 0; n < 600; ++n) {
      if (wish()) return true;
      std::this_thread::sleep_for(milliseconds(25));
    }
    return false;
  }
};

TEST_F(RedisDeployment, SpeaksThroughAUnixSocket) {
  const TempFolder folder;
  const auto path = (folder.path() / "socket").string();
  const PrivateRedis server({"--unixsocket", path});
  EXPECT_TRUE(open("unix:" + path)->call("", {"PING"}));
}

TEST_F(RedisDeployment, LogsInAsAUser) {
  const PrivateRedis server;
  ASSERT_TRUE(open(server.url())->call("", {"ACL", "SETUSER", "tp", "on", ">p:@ss", "~tp:*", "+@all"}));
  const auto address = "127.0.0.1:" + std::to_string(server.port());
  const auto user = open("redis://tp:p%3A%40ss@" + address);
  EXPECT_TRUE(user->call("", {"SET", "tp:a", "1"}));
  const auto refused = user->call("", {"SET", "other", "1"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
}

// A certificate authority and a server's certificate, made by the openssl program.
struct Certificates {
  TempFolder folder;
  std::string path(const std::string& name) const { return (folder.path() / name).string(); }
  bool make(const std::string& names) const {
    std::ofstream(path("ext")) << "subjectAltName=" << names << "\n";
    const std::string in = "cd " + folder.path().string() + " && ", quiet = " >/dev/null 2>&1";
    const auto run = [&](const std::string& command) { return std::system((in + command + quiet).c_str()) == 0; };
    return run("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout ca.key -out ca.crt -subj '/CN=test CA' "
               "-addext basicConstraints=critical,CA:TRUE") &&
           run("openssl req -newkey rsa:2048 -nodes -keyout srv.key -out srv.csr -subj /CN=server") &&
           run("openssl x509 -req -in srv.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile ext "
               "-out srv.crt");
  }
  std::vector<std::string> options(int port) const {
    return {"--tls-port",    std::to_string(port), "--tls-cert-file", path("srv.crt"),      "--tls-key-file",
            path("srv.key"), "--tls-ca-cert-file", path("ca.crt"),    "--tls-auth-clients", "no"};
  }
};

TEST_F(RedisDeployment, SpeaksTlsWithAServerThatItTrusts) {
  const Certificates own, strange;
  ASSERT_TRUE(own.make("DNS:localhost,IP:127.0.0.1") && strange.make("DNS:localhost"));
  const int port = PrivateRedis::free_port();
  const PrivateRedis server(own.options(port));
  const auto call = [&](const std::string& host, const std::string& ca) {
    const auto url = "rediss://" + host + ":" + std::to_string(port);
    return Redis::open({.url = url, .ca_file = ca}).value()->call("", {"PING"});
  };
  EXPECT_TRUE(call("127.0.0.1", own.path("ca.crt")));
  EXPECT_TRUE(call("localhost", own.path("ca.crt")));
  EXPECT_FALSE(call("localhost", strange.path("ca.crt")));
  EXPECT_FALSE(call("localhost", ""));
  EXPECT_FALSE(open("redis://127.0.0.1:" + std::to_string(port))->call("", {"PING"}));
  EXPECT_FALSE(Redis::open({.url = "rediss://localhost", .ca_file = own.path("ext")}));
}

TEST_F(RedisDeployment, RefusesACertificateOfAnotherName) {
  const Certificates own;
  ASSERT_TRUE(own.make("DNS:elsewhere.example"));
  const int port = PrivateRedis::free_port();
  const PrivateRedis server(own.options(port));
  const auto redis =
      Redis::open({.url = "rediss://localhost:" + std::to_string(port), .ca_file = own.path("ca.crt")}).value();
  const auto refused = redis->call("", {"PING"});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("not trusted"), std::string::npos);
}

TEST_F(RedisDeployment, FindsKeysInAClusterWhileASlotMoves) {
  std::vector<std::unique_ptr<PrivateRedis>> nodes;
  std::vector<std::unique_ptr<Redis>> direct;
  for (int n = 0; n < 2; ++n) {
    nodes.push_back(std::make_unique<PrivateRedis>(std::vector<std::string>{
        "--cluster-enabled", "yes", "--cluster-port", std::to_string(PrivateRedis::free_port())}));
    direct.push_back(open(nodes.back()->url()));
  }
  const auto id = [&](std::size_t n) { return direct[n]->call("", {"CLUSTER", "MYID"}).value().text; };
  ASSERT_TRUE(direct[0]->call("", {"CLUSTER", "ADDSLOTSRANGE", "0", "8191"}));
  ASSERT_TRUE(direct[1]->call("", {"CLUSTER", "ADDSLOTSRANGE", "8192", "16383"}));
  ASSERT_TRUE(direct[1]->call("", {"CONFIG", "SET", "cluster-node-timeout", "2000"}));
  const auto bus = direct[1]->call("", {"CONFIG", "GET", "cluster-port"}).value().list.at(1).text;
  ASSERT_TRUE(direct[0]->call("", {"CLUSTER", "MEET", "127.0.0.1", std::to_string(nodes[1]->port()), bus}));
  ASSERT_TRUE(comes_true([&] {
    for (const auto& one : direct)
      if (one->call("", {"CLUSTER", "INFO"}).value().text.find("cluster_state:ok") == std::string::npos) return false;
    return true;
  }));
  const auto redis = open(nodes[0]->url() + "," + nodes[1]->url());
  for (int n = 0; n < 50; ++n) {
    const auto key = "key" + std::to_string(n);
    EXPECT_TRUE(redis->call(key, {"SET", key, key})) << key;
  }
  // The slot of "foo" (12182) leaves the second node.
  ASSERT_TRUE(direct[0]->call("", {"CLUSTER", "SETSLOT", "12182", "IMPORTING", id(1)}));
  ASSERT_TRUE(direct[1]->call("", {"CLUSTER", "SETSLOT", "12182", "MIGRATING", id(0)}));
  EXPECT_TRUE(redis->call("foo", {"SET", "foo", "1"}));
  const std::vector<RedisCommand> transaction = {{"MULTI"}, {"INCR", "foo"}, {"INCR", "foo"}, {"EXEC"}};
  const auto replies = redis->pipeline("foo", transaction).value();
  ASSERT_EQ(replies.size(), 4u);
  ASSERT_EQ(replies[3].list.size(), 2u);
  EXPECT_EQ(replies[3].list[1].integer, 3);
  for (const auto& one : direct) ASSERT_TRUE(one->call("", {"CLUSTER", "SETSLOT", "12182", "NODE", id(0)}));
  EXPECT_EQ(redis->call("foo", {"GET", "foo"}).value().text, "3");
}

TEST_F(RedisDeployment, FollowsTheMasterThatSentinelsName) {
  PrivateRedis first;
  const PrivateRedis second({"--replicaof", "127.0.0.1 " + std::to_string(first.port())});
  const TempFolder folder;
  const auto file = folder.path() / "sentinel.conf";
  std::ofstream(file) << "sentinel monitor main 127.0.0.1 " << first.port() << " 1\n"
                      << "sentinel down-after-milliseconds main 500\nsentinel failover-timeout main 3000\n";
  const auto sentinel = PrivateRedis::sentinel(file);
  const auto redis = open("redis+sentinel://127.0.0.1:1,127.0.0.1:" + std::to_string(sentinel->port()) + "/main");
  ASSERT_TRUE(comes_true([&] {
    const auto role = open(second.url())->call("", {"ROLE"});
    return role && role->list.size() > 3 && role->list[3].text == "connected";
  }));
  ASSERT_TRUE(redis->call("a", {"SET", "a", "1"}));
  ASSERT_TRUE(comes_true([&] {
    const auto info = open(sentinel->url())->call("", {"INFO", "sentinel"});
    return info && info->text.find("slaves=1") != std::string::npos;
  }));
  first.kill();
  EXPECT_TRUE(comes_true([&] { return redis->call("a", {"SET", "a", "2"}).has_value(); }));
  EXPECT_EQ(open(second.url())->call("", {"GET", "a"}).value().text, "2");
}

}  // namespace
}  // namespace tweetpulse
