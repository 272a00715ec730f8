#include "api/live_stream.h"

#include "base/metrics.h"

namespace tweetpulse::api {
namespace {

constexpr std::size_t kEventsAtOnce = 256, kPiece = 48 * 1024;
constexpr std::chrono::seconds kPing{15}, kStall{10};

class LiveStream : public HttpStream {
 public:
  LiveStream(LiveRing& ring, LiveQuestion question, std::string_view last_event_id, std::function<Time()> clock,
             std::shared_ptr<void> seat)
      : ring_(ring),
        watch_(ring, std::move(question), last_event_id),
        clock_(std::move(clock)),
        seat_(std::move(seat)),
        clients_(metrics::gauge("live_clients", "Connections to the live feed.", {{"transport", "sse"}})),
        sent_(metrics::counter("live_sent_total", "Events sent to live clients.", {{"transport", "sse"}})) {
    stall_limit = kStall;
    clients_.add(1);
  }

  ~LiveStream() override {
    if (watcher_ != 0) ring_.forget(watcher_);
    clients_.add(-1);
  }

  State next(std::string& out) override {
    const std::size_t start = out.size();
    if (watcher_ == 0) {
      watcher_ = ring_.watch(wake);
      greet(out);
    }
    if (ring_.draining()) {
      event(out, "", "bye", R"({"reason":"drain","retry_ms":)" + std::to_string(retry_ms()) + "}");
      return State::end;
    }
    const bool full = !copy_events(out, start);
    if (too_slow_) return State::end;
    if (auto stats = watch_.stats(ring_, clock_())) event(out, "", "stats", *stats);
    keep_alive(out, out.size() != start);
    return full ? State::more : State::wait;
  }

 private:
  void greet(std::string& out) {
    out += "retry: " + std::to_string(retry_ms()) + "\n\n";
    const std::string id = ring_.id_of(watch_.position());
    event(out, id, "hello", hello_json(ring_, watch_.position(), watch_.question().rate));
    if (!watch_.resync().empty()) event(out, id, "resync", R"({"reason":")" + std::string(watch_.resync()) + "\"}");
  }

  // false: there is more than fits into one piece.
  bool copy_events(std::string& out, std::size_t start) {
    while (out.size() - start < kPiece) {
      std::uint64_t first = 0;
      const LiveEvents events = ring_.read(watch_.position() + 1, kEventsAtOnce, first);
      if (const auto gap = watch_.skip_to(first)) {
        event(out, ring_.id_of(gap->to), "gap", gap_json(ring_, *gap));
        metrics::counter("live_dropped_total", "Events that a live client was too slow for.",
                         {{"transport", "sse"}, {"reason", "slow_client"}})
            .add(static_cast<double>(gap->to - gap->from + 1));
        too_slow_ = gaps_.add();
        if (too_slow_) return true;
      }
      if (events.empty()) return true;
      for (const auto& found : events) {
        if (const auto json = watch_.take(*found)) {
          event(out, ring_.id_of(found->seq), found->event.tweet ? "tweet" : "delete", *json);
        }
        if (out.size() - start >= kPiece) return false;
      }
    }
    return false;
  }

  void event(std::string& out, std::string_view id, std::string_view name, std::string_view data) {
    if (!id.empty()) out.append("id: ").append(id).append("\n");
    out.append("event: ").append(name).append("\ndata: ").append(data).append("\n\n");
    sent_.add();
  }

  void keep_alive(std::string& out, bool wrote) {
    const auto moment = std::chrono::steady_clock::now();
    if (!wrote && moment - wrote_ >= kPing) {
      out += ": ping\n\n";
      wrote = true;
    }
    if (wrote) wrote_ = moment;
  }

  LiveRing& ring_;
  LiveWatch watch_;
  std::function<Time()> clock_;
  std::shared_ptr<void> seat_;
  metrics::Gauge clients_;
  metrics::Counter sent_;
  GapCount gaps_;
  std::uint64_t watcher_ = 0;
  bool too_slow_ = false;
  std::chrono::steady_clock::time_point wrote_ = std::chrono::steady_clock::now();
};

}  // namespace

std::shared_ptr<HttpStream> live_stream(LiveRing& ring, LiveQuestion question, std::string_view last_event_id,
                                        std::function<Time()> clock, std::shared_ptr<void> seat) {
  return std::make_shared<LiveStream>(ring, std::move(question), last_event_id, std::move(clock), std::move(seat));
}

}  // namespace tweetpulse::api
