#include <gtest/gtest.h>

#include <deque>
#include <mutex>
#include <thread>

#include "driver/http_server.h"
#include "driver/raw_client.h"

namespace tweetpulse {
namespace {

using namespace std::chrono_literals;

struct Frame {
  int opcode = -1;  // -1: the connection ended
  std::string payload;
  int close_code() const {
    return payload.size() < 2 ? 0
                              : static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
  }
};

std::string masked(int opcode, std::string_view payload, bool last = true) {
  std::string frame(1, static_cast<char>((last ? 0x80 : 0) | opcode));
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else {
    const bool wide = payload.size() > 65535;
    frame += static_cast<char>(0x80 | (wide ? 127 : 126));
    for (int shift = wide ? 56 : 8; shift >= 0; shift -= 8) {
      frame += static_cast<char>((payload.size() >> shift) & 0xff);
    }
  }
  const std::string mask = "\x11\x22\x33\x44";
  frame += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ mask[i % 4]);
  return frame;
}

Frame read_frame(RawClient& client) {
  const std::string head = client.take(2);
  if (head.size() < 2) return {};
  std::size_t size = static_cast<unsigned char>(head[1]);
  if (size > 125) {
    const std::string more = client.take(size == 126 ? 2 : 8);
    size = 0;
    for (const char c : more) size = size * 256 + static_cast<unsigned char>(c);
  }
  return {head[0] & 15, client.take(size)};
}

// Answers each message with itself; `bye` makes it close with 4401; others may push and close from their thread.
class Echo final : public HttpWebSocket {
 public:
  void receive(std::string_view text) override {
    const std::lock_guard lock(mutex);
    if (text == "bye") {
      code = 4401;
    } else {
      messages.emplace_back(text);
    }
  }
  bool next(std::string& message) override {
    const std::lock_guard lock(mutex);
    if (messages.empty()) return false;
    message = std::move(messages.front());
    messages.pop_front();
    return true;
  }
  std::pair<int, std::string> closing() override {
    const std::lock_guard lock(mutex);
    return {code, code == 0 ? "" : "reason"};
  }
  std::mutex mutex;
  std::deque<std::string> messages;
  int code = 0;
};

class WebSockets : public testing::Test {
 protected:
  void open(HttpServerConfig config = {}) {
    config.listen = "127.0.0.1:0";
    server_ = *HttpServer::open(config, [this](const HttpRequest& request) {
      HttpResponse response;
      if (request.target != "/ws") return response;
      response.status = 101;
      response.headers = {{"Sec-WebSocket-Protocol", "tweetpulse.v1"}};
      response.websocket = echo_;
      return response;
    });
  }
  void SetUp() override { open(); }
  RawAnswer shake_hands(RawClient& client, const std::string& more = "") {
    client.get("/ws",
               "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: tweetpulse.v1\r\n" +
                   more);
    return client.answer();
  }
  std::shared_ptr<Echo> echo_ = std::make_shared<Echo>();
  std::unique_ptr<HttpServer> server_;
};

TEST_F(WebSockets, AcceptTheHandshakeWithTheSubprotocol) {
  RawClient client(server_->address());
  const RawAnswer answer = shake_hands(client);
  EXPECT_EQ(answer.status, 101);
  EXPECT_EQ(answer.headers.at("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(answer.headers.at("sec-websocket-protocol"), "tweetpulse.v1");
}

TEST_F(WebSockets, NeverTakeUpCompression) {
  RawClient client(server_->address());
  EXPECT_EQ(
      shake_hands(client, "Sec-WebSocket-Extensions: permessage-deflate\r\n").headers.count("sec-websocket-extensions"),
      0u);
}

TEST_F(WebSockets, EchoMessagesInOrder) {
  RawClient client(server_->address());
  shake_hands(client);
  client.send(masked(1, "one") + masked(1, "tw", false) + masked(0, "o") + masked(1, std::string(60'000, 'x')));
  EXPECT_EQ(read_frame(client).payload, "one");
  EXPECT_EQ(read_frame(client).payload, "two");
  EXPECT_EQ(read_frame(client).payload, std::string(60'000, 'x'));
}

TEST_F(WebSockets, SendWhatComesUpLaterWhenWoken) {
  RawClient client(server_->address());
  shake_hands(client);
  client.send(masked(1, "ready"));
  EXPECT_EQ(read_frame(client).payload, "ready");
  {
    const std::lock_guard lock(echo_->mutex);
    echo_->messages = {"a", "b"};
  }
  echo_->wake();
  EXPECT_EQ(read_frame(client).payload, "a");
  EXPECT_EQ(read_frame(client).payload, "b");
}

TEST_F(WebSockets, AnswerAPing) {
  RawClient client(server_->address());
  shake_hands(client);
  client.send(masked(9, "p"));
  const Frame frame = read_frame(client);
  EXPECT_EQ(frame.opcode, 10);
  EXPECT_EQ(frame.payload, "p");
}

TEST_F(WebSockets, PingAQuietClientAndDropADeadOne) {
  HttpServerConfig config;
  config.idle_timeout = 300ms;
  open(config);
  RawClient client(server_->address());
  shake_hands(client);
  EXPECT_EQ(read_frame(client).opcode, 9);
  while (read_frame(client).opcode != -1) {
  }
  EXPECT_TRUE(client.at_end());
}

TEST_F(WebSockets, CloseWithTheCodeOfTheSession) {
  RawClient client(server_->address());
  shake_hands(client);
  client.send(masked(1, "bye"));
  const Frame frame = read_frame(client);
  EXPECT_EQ(frame.opcode, 8);
  EXPECT_EQ(frame.close_code(), 4401);
  EXPECT_EQ(frame.payload.substr(2), "reason");
  client.send(masked(8, std::string_view("\x11\x31", 2)));
  EXPECT_TRUE(client.at_end());
}

TEST_F(WebSockets, CloseWith1009OnAMessageThatIsTooBig) {
  RawClient client(server_->address());
  shake_hands(client);
  client.send(masked(1, std::string(64 * 1024 + 1, 'x')));
  EXPECT_EQ(read_frame(client).close_code(), 1009);
}

TEST_F(WebSockets, CloseWith1007OnTextThatIsNotUtf8) {
  RawClient client(server_->address());
  shake_hands(client);
  client.send(masked(1, "\xff\xfe"));
  EXPECT_EQ(read_frame(client).close_code(), 1007);
}

TEST_F(WebSockets, CloseWith1003OnABinaryMessage) {
  RawClient client(server_->address());
  shake_hands(client);
  client.send(masked(2, "x"));
  EXPECT_EQ(read_frame(client).close_code(), 1003);
}

TEST_F(WebSockets, CloseWith1002OnAFrameThatIsNotMasked) {
  RawClient client(server_->address());
  shake_hands(client);
  client.send(std::string_view("\x81\x01x", 3));
  EXPECT_EQ(read_frame(client).close_code(), 1002);
}

TEST_F(WebSockets, AreRefusedWhenTheHandshakeIsNone) {
  RawClient client(server_->address());
  client.get("/ws");
  EXPECT_EQ(client.answer().status, 400);
}

TEST_F(WebSockets, LetGoOfTheSessionWhenTheClientDisappears) {
  std::weak_ptr<Echo> watched = echo_;
  RawClient client(server_->address());
  shake_hands(client);
  client.send(masked(1, "x"));
  read_frame(client);
  const auto wake = echo_->wake;
  echo_.reset();
  client.disconnect();
  for (int i = 0; i < 2000 && !watched.expired(); ++i) std::this_thread::sleep_for(5ms);
  EXPECT_TRUE(watched.expired());
  EXPECT_EQ(server_->connections(), 0u);
  server_.reset();
  wake();
}

TEST_F(WebSockets, SayGoodByeWhenTheServerDrains) {
  RawClient client(server_->address());
  shake_hands(client);
  client.send(masked(1, "x"));
  read_frame(client);
  {
    const std::lock_guard lock(echo_->mutex);
    echo_->messages = {"going"};
    echo_->code = 1001;
  }
  std::thread drain([&] { server_->drain(20s); });
  EXPECT_EQ(read_frame(client).payload, "going");
  EXPECT_EQ(read_frame(client).close_code(), 1001);
  client.send(masked(8, std::string_view("\x03\xe9", 2)));
  EXPECT_TRUE(client.at_end());
  client.disconnect();
  drain.join();
  EXPECT_EQ(server_->connections(), 0u);
}

}  // namespace
}  // namespace tweetpulse
