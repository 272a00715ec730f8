#include "driver/postgres_pool.h"

#include <algorithm>

namespace tweetpulse::postgres {
namespace {

metrics::Gauge connections(const char* state) {
  return metrics::gauge("store_connections", "Connections to the store's server.",
                        {{"adapter", "postgres"}, {"state", state}});
}

}  // namespace

Pool::Pool(Config config, int size)
    : config_(std::move(config)),
      size_(std::max(size, 1)),
      busy_gauge_(connections("busy")),
      idle_gauge_(connections("idle")) {}

Result<Pool::Lease> Pool::borrow() {
  {
    std::unique_lock lock(mutex_);
    const auto patience = std::max<std::chrono::milliseconds>(config_.statement_timeout, std::chrono::seconds(1));
    if (!returned_.wait_for(lock, patience, [this] { return busy_ < size_; }))
      return Error{ErrorCode::unavailable, "PostgreSQL: all connections are busy; raise store.connections"};
    ++busy_;
    while (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      if (!connection->is_alive()) continue;
      show();
      return Lease(*this, std::move(connection));
    }
    show();
  }
  auto opened = Connection::open(config_);
  if (opened) return Lease(*this, std::move(*opened));
  give_back(nullptr);
  return Error{ErrorCode::unavailable, opened.error().what};
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  if (connection && connection->is_good() && !connection->is_idle()) (void)connection->query("ROLLBACK");
  const bool keep = connection && connection->is_good() && connection->is_idle();
  {
    const std::lock_guard lock(mutex_);
    --busy_;
    if (keep) idle_.push_back(std::move(connection));
    show();
  }
  returned_.notify_one();
}

void Pool::show() {
  busy_gauge_.set(busy_);
  idle_gauge_.set(static_cast<double>(idle_.size()));
}

}  // namespace tweetpulse::postgres
