// load --url URL --lines FILE --count N [--rate R | --rate 0] [--connections N] [--batch N] [--prefix P]
//      [--postgres CONNECTION --sample N]
// POSTs neutral lines to /api/ingestion/tweets, each with an id of its own. Open loop: tweet n is due n / R seconds
// after the start, whatever the receiver does; rate 0: as fast as it answers. Every N-th tweet is watched until its row
// is in the store; percentiles run from the due time. Prints one JSON line.
#include <libpq-fe.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "raw_http.h"

namespace {

using std::size_t;

void sleep_seconds(double seconds) {
  if (seconds > 0) std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

// A line cut around the value of its first "id".
struct Template {
  std::string before, after;
};

std::vector<Template> templates(const raw::Options& options) {
  std::vector<Template> found;
  for (const auto& line : raw::lines(options, 600)) {
    constexpr std::string_view kKey = R"("id":")";
    const auto at = line.find(kKey);
    if (at == std::string::npos) raw::fail("--lines: a line without an id");
    const auto from = at + kKey.size();
    found.push_back({line.substr(0, from), line.substr(line.find('"', from))});
  }
  return found;
}

// Which tweets are due, and who sends them.
class Schedule {
 public:
  explicit Schedule(const raw::Options& options)
      : count_(options.number("count", 10'000)),
        batch_(options.number("batch", 250)),
        rate_(static_cast<double>(options.number("rate", 0))),
        start_(raw::now() + 0.2) {}

  struct Share {
    size_t first = 0, count = 0;
    double due = 0;  // of the first
  };
  // Blocks until something is due; nullopt = all are taken.
  std::optional<Share> take() {
    const std::lock_guard lock(mutex_);
    if (next_ >= count_) return std::nullopt;
    sleep_seconds((rate_ > 0 ? due(next_) + kTick : start_) - raw::now());
    auto ready = batch_;
    if (rate_ > 0) ready = static_cast<size_t>(std::max(1.0, (raw::now() - start_) * rate_)) - next_;
    const Share share{next_, std::clamp<size_t>(ready, 1, std::min(batch_, count_ - next_)),
                      rate_ > 0 ? due(next_) : raw::now()};
    next_ += share.count;
    return share;
  }
  double due(size_t n) const { return start_ + static_cast<double>(n) / rate_; }
  double due(size_t n, const Share& share) const { return rate_ > 0 ? due(n) : share.due; }
  double start() const { return start_; }
  size_t count() const { return count_; }

 private:
  static constexpr double kTick = 0.004;  // what falls due meanwhile goes in one POST; part of the measured time
  const size_t count_, batch_;
  const double rate_, start_;
  std::mutex mutex_;
  size_t next_ = 0;
};

// Looks for the rows of watched ids until all are seen.
class Watcher {
 public:
  explicit Watcher(const raw::Options& options)
      : every_(options.number("sample", 50)), connection_(PQconnectdb(options.text("postgres", "").c_str())) {
    if (PQstatus(connection_) != CONNECTION_OK) raw::fail(std::string("PostgreSQL: ") + PQerrorMessage(connection_));
  }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  ~Watcher() { PQfinish(connection_); }

  bool wants(size_t n) const { return n % every_ == 0; }
  void add(size_t n, const std::string& id, double due) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(n, Watched{id, due});
  }
  // Of its own questions, to be taken off what the store needs.
  double cpu_seconds() const { return raw::cpu_of(PQbackendPID(connection_)); }
  void run(const std::stop_token& sent_all) {
    for (double until = 0; until == 0 || raw::now() < until; sleep_seconds(0.003)) {
      if (until == 0 && sent_all.stop_requested()) until = raw::now() + 120;
      if (!look() && until != 0) return;
    }
  }
  std::vector<double> seconds() {
    std::ranges::sort(seconds_);
    return seconds_;
  }
  size_t unseen() const { return waiting_.size(); }

 private:
  // false: nothing was waiting.
  bool look() {
    std::string ids = "{";
    {
      const std::lock_guard lock(mutex_);
      size_t asked = 0;
      for (auto at = waiting_.begin(); at != waiting_.end() && asked < kOldest; ++at)
        ids += (asked++ == 0 ? "\"" : ",\"") + at->second.id + '"';
    }
    if (ids.size() == 1) return false;
    ids += '}';
    const char* values[] = {ids.c_str()};
    PGresult* found = PQexecParams(connection_, "SELECT id FROM tweets WHERE id = ANY($1::text[])", 1, nullptr, values,
                                   nullptr, nullptr, 0);
    if (PQresultStatus(found) != PGRES_TUPLES_OK) raw::fail(std::string("PostgreSQL: ") + PQerrorMessage(connection_));
    const double here = raw::now();
    const std::lock_guard lock(mutex_);
    for (int n = 0; n < PQntuples(found); ++n) {
      const std::string_view id = PQgetvalue(found, n, 0);
      const auto at = waiting_.find(static_cast<size_t>(std::atoll(id.data() + id.rfind(':') + 1)));
      seconds_.push_back(here - at->second.due);
      waiting_.erase(at);
    }
    PQclear(found);
    return true;
  }

  struct Watched {
    std::string id;
    double due;
  };
  static constexpr size_t kOldest = 16;  // asked for at once: rows come nearly in order, and asking costs the store

  const size_t every_;
  PGconn* connection_;
  std::mutex mutex_;
  std::map<size_t, Watched> waiting_;
  std::vector<double> seconds_;
};

struct Totals {
  std::mutex mutex;
  size_t accepted = 0, repeated = 0, posts = 0;
};

size_t number_after(const std::string& text, std::string_view key) {
  const auto at = text.find(key);
  return at == std::string::npos ? 0 : static_cast<size_t>(std::strtoull(text.c_str() + at + key.size(), nullptr, 10));
}

// Until it is taken: 429, 503 and a lost connection mean later.
void post(raw::Http& http, const std::string& body, Totals& totals) {
  for (size_t tries = 0;; ++tries) {
    const auto [status, answer] = http.call("POST", "/api/ingestion/tweets", body);
    const std::lock_guard lock(totals.mutex);
    if (status == 202 || status == 200) {
      totals.accepted += number_after(answer, R"("accepted":)");
      totals.repeated += tries;
      ++totals.posts;
      return;
    }
    if ((status != 0 && status != 429 && status != 503) || tries > 600)
      raw::fail("POST: " + std::to_string(status) + ' ' + answer.substr(0, 500));
    sleep_seconds(0.05);
  }
}

void send(const raw::Options& options, const std::vector<Template>& lines, Schedule& schedule, Watcher* watcher,
          Totals& totals) {
  raw::Http http(options.text("url", "http://127.0.0.1:8080"), "Content-Type: application/x-ndjson");
  const auto prefix = options.text("prefix", "bench:1");
  while (const auto share = schedule.take()) {
    std::string body;
    for (size_t n = share->first; n < share->first + share->count; ++n) {
      const auto& line = lines[n % lines.size()];
      const auto id = prefix + ':' + std::to_string(n);
      body += line.before + id + line.after + '\n';
      if (watcher != nullptr && watcher->wants(n)) watcher->add(n, id, schedule.due(n, *share));
    }
    post(http, body, totals);
  }
}

double at(const std::vector<double>& sorted, double part) {
  if (sorted.empty()) return 0;
  const auto place = static_cast<size_t>(std::ceil(part * static_cast<double>(sorted.size())));
  return sorted[std::clamp<size_t>(place, 1, sorted.size()) - 1] * 1'000;
}

}  // namespace

int main(int count, char** words) {
  const raw::Options options(count, words);
  const auto lines = templates(options);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  std::optional<Watcher> watcher;
  if (!options.text("postgres", "").empty()) watcher.emplace(options);
  Totals totals;
  raw::Figures figures("load");
  Schedule schedule(options);
  std::jthread watching;
  if (watcher) watching = std::jthread([&](const std::stop_token& sent_all) { watcher->run(sent_all); });
  {
    std::vector<std::jthread> senders;
    for (size_t n = 0; n < options.number("connections", 4); ++n)
      senders.emplace_back([&] { send(options, lines, schedule, watcher ? &*watcher : nullptr, totals); });
  }
  figures.add("seconds", raw::now() - schedule.start());
  if (watcher) {
    watching.request_stop();
    watching.join();
    const auto seconds = watcher->seconds();
    for (const double part : {50.0, 90.0, 99.0, 99.9})
      figures.add("p" + std::to_string(static_cast<int>(part * (part > 99 ? 10 : 1))), at(seconds, part / 100));
    figures.add("max", at(seconds, 1));
    figures.add("watcher_cpu", watcher->cpu_seconds());
    figures.add("watched", static_cast<double>(seconds.size()));
    figures.add("unseen", static_cast<double>(watcher->unseen()));
  }
  figures.add("visible_after", raw::now() - schedule.start());
  figures.add("sent", static_cast<double>(schedule.count()));
  figures.add("accepted", static_cast<double>(totals.accepted));
  figures.add("posts", static_cast<double>(totals.posts));
  figures.add("repeated", static_cast<double>(totals.repeated));
  figures.print();
}
