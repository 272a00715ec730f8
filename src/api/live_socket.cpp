#include "api/live_socket.h"

#include <array>
#include <deque>
#include <map>

#include "api/json.h"
#include "api/live_params.h"
#include "api/problem.h"
#include "base/metrics.h"

namespace tweetpulse::api {
namespace {

constexpr std::size_t kMostSubscriptions = 20, kEventsAtOnce = 64;
constexpr int kMostMessages = 20;

constexpr std::array kMessage{
    Param{.name = "type", .doc = "", .required = true},
    Param{.name = "id", .doc = ""},
    Param{.name = "q", .doc = "", .type = Type::query, .range = "<=4096"},
    Param{.name = "fields", .doc = "", .type = Type::fields, .repeated = true},
    Param{.name = "rate", .doc = "", .type = Type::integer, .range = "1..50", .fallback = "20"},
    Param{.name = "last_event_id", .doc = ""},
    Param{.name = "n", .doc = "", .type = Type::integer}};

struct Subscription {
  LiveWatch watch;
  bool paused = false;
};

class LiveSocket : public HttpWebSocket {
 public:
  LiveSocket(LiveRing& ring, std::string request_id, std::function<Time()> clock, std::shared_ptr<void> seat)
      : ring_(ring),
        request_id_(std::move(request_id)),
        clock_(std::move(clock)),
        seat_(std::move(seat)),
        clients_(metrics::gauge("live_clients", "Connections to the live feed.", {{"transport", "websocket"}})),
        sent_(metrics::counter("live_sent_total", "Events sent to live clients.", {{"transport", "websocket"}})) {
    clients_.add(1);
    Json hello;
    hello.open().member("type", "hello").member("id", ring_.id_of(ring_.last()));
    out_.push_back(hello.key("data").raw(hello_json(ring_, ring_.last(), 20)).close().take());
  }

  ~LiveSocket() override {
    if (watcher_ != 0) ring_.forget(watcher_);
    clients_.add(-1);
  }

  void receive(std::string_view text) override {
    const auto moment = std::chrono::steady_clock::now();
    if (moment - counted_since_ >= std::chrono::seconds(1)) {
      counted_since_ = moment;
      counted_ = 0;
    }
    if (++counted_ > kMostMessages) {
      refuse("rate-limited", "At most 20 messages a second.");
      return;
    }
    handle(text);
  }

  bool next(std::string& message) override {
    if (watcher_ == 0) watcher_ = ring_.watch(wake);
    if (out_.empty() && close_code_ == 0) fill();
    if (out_.empty()) return false;
    message = std::move(out_.front());
    out_.pop_front();
    sent_.add();
    return true;
  }

  std::pair<int, std::string> closing() override {
    if (ring_.draining()) return {1001, R"({"retry_ms":)" + std::to_string(retry_ms()) + "}"};
    return {close_code_, close_code_ == 0 ? "" : "too slow"};
  }

 private:
  void refuse(std::string_view code, std::string_view detail, std::span<const Fault> faults = {}) {
    std::string body;
    append_problem_json(body, code, detail, "/ws", request_id_, faults);
    out_.push_back(Json().open().member("type", "problem").key("problem").raw(body).close().take());
  }

  void handle(std::string_view text) {
    const auto pairs = body_pairs(text);
    if (!pairs) return refuse("malformed-request", "The message is not one JSON object of plain values.");
    auto read = read_parameters(kMessage, *pairs, "body", clock_());
    if (const auto* faults = std::get_if<std::vector<Fault>>(&read)) {
      return refuse(faults->front().code, detail_of(*faults), *faults);
    }
    const Values& values = std::get<Values>(read);
    const std::string &type = values.text("type"), &id = values.text("id");
    if (type == "ping") {
      out_.push_back(Json().open().member("type", "pong").member("n", values.integer("n")).close().take());
    } else if (type == "subscribe") {
      subscribe(id, values);
    } else if (type == "unsubscribe" || type == "pause" || type == "resume") {
      change(type, id);
    } else {
      const Fault made = fault("invalid-parameter", "type", "must be subscribe, unsubscribe, pause, resume or ping",
                               "bad_value", type, "body");
      refuse("invalid-parameter", detail_of({&made, 1}), {&made, 1});
    }
  }

  void subscribe(const std::string& id, const Values& values) {
    if (id.empty() || id.size() > 64)
      return refuse("invalid-parameter", "A subscription needs an id of 1 to 64 bytes.");
    if (!subscriptions_.contains(id) && subscriptions_.size() >= kMostSubscriptions) {
      return refuse("rate-limited", "At most 20 subscriptions a connection.");
    }
    LiveWatch watch(ring_, live_question(values), values.text("last_event_id"));
    out_.push_back(Json().open().member("type", "subscribed").member("id", id).close().take());
    if (!watch.resync().empty()) {
      const std::string data = R"({"reason":")" + std::string(watch.resync()) + "\"}";
      send("resync", ring_.id_of(watch.position()), {id}, data);
    }
    subscriptions_.insert_or_assign(id, Subscription{std::move(watch), false});
  }

  void change(std::string_view type, const std::string& id) {
    const auto found = subscriptions_.find(id);
    if (found == subscriptions_.end()) return refuse("not-found", "There is no subscription with this id.");
    if (type == "unsubscribe") {
      subscriptions_.erase(found);
    } else {
      found->second.paused = type == "pause";
    }
    out_.push_back(Json().open().member("type", "ok").member("id", id).close().take());
  }

  void send(std::string_view type, std::string_view id, const std::vector<std::string>& to, std::string_view data) {
    Json out;
    out.open().member("type", type);
    if (!id.empty()) out.member("id", id);
    out.key("sub").open_list();
    for (const std::string& subscription : to) out.text(subscription);
    out_.push_back(out.close_list().key("data").raw(data).close().take());
  }

  // Where the subscription that is furthest behind stands; nullopt = none is active.
  std::optional<std::uint64_t> slowest() const {
    std::optional<std::uint64_t> position;
    for (const auto& [id, subscription] : subscriptions_) {
      if (subscription.paused) continue;
      position = std::min(position.value_or(subscription.watch.position()), subscription.watch.position());
    }
    return position;
  }

  void fill() {
    if (ring_.draining() && !said_bye_) {
      said_bye_ = true;
      out_.push_back(R"({"type":"bye","data":{"reason":"drain","retry_ms":)" + std::to_string(retry_ms()) + "}}");
      return;
    }
    while (out_.empty()) {
      const auto position = slowest();
      if (!position) break;
      std::uint64_t first = 0;
      const LiveEvents events = ring_.read(*position + 1, kEventsAtOnce, first);
      skip_lost(first);
      if (events.empty()) break;
      for (const auto& event : events) offer(*event);
    }
    for (auto& [id, subscription] : subscriptions_) {
      if (subscription.paused) continue;
      if (const auto stats = subscription.watch.stats(ring_, clock_())) send("stats", "", {id}, *stats);
    }
  }

  void skip_lost(std::uint64_t first) {
    for (auto& [id, subscription] : subscriptions_) {
      if (subscription.paused) continue;
      const auto gap = subscription.watch.skip_to(first);
      if (!gap) continue;
      send("gap", ring_.id_of(gap->to), {id}, gap_json(ring_, *gap));
      if (gaps_.add()) close_code_ = 1013;
    }
  }

  // One message for all subscriptions that get the same data.
  void offer(const LiveEvent& event) {
    std::map<std::string, std::vector<std::string>> by_data;
    for (auto& [id, subscription] : subscriptions_) {
      if (subscription.paused) continue;
      if (auto data = subscription.watch.take(event)) by_data[std::move(*data)].push_back(id);
    }
    for (const auto& [data, to] : by_data)
      send(event.event.tweet ? "tweet" : "delete", ring_.id_of(event.seq), to, data);
  }

  LiveRing& ring_;
  std::string request_id_;
  std::function<Time()> clock_;
  std::shared_ptr<void> seat_;
  metrics::Gauge clients_;
  metrics::Counter sent_;
  std::map<std::string, Subscription> subscriptions_;
  std::deque<std::string> out_;
  GapCount gaps_;
  std::uint64_t watcher_ = 0;
  int close_code_ = 0, counted_ = 0;
  bool said_bye_ = false;
  std::chrono::steady_clock::time_point counted_since_ = std::chrono::steady_clock::now();
};

}  // namespace

std::shared_ptr<HttpWebSocket> live_web_socket(LiveRing& ring, std::string request_id, std::function<Time()> clock,
                                               std::shared_ptr<void> seat) {
  return std::make_shared<LiveSocket>(ring, std::move(request_id), std::move(clock), std::move(seat));
}

}  // namespace tweetpulse::api
