// A few connections to one PostgreSQL, opened when needed, replaced when dead.
// Threads: any; a lease belongs to the thread that took it.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/metrics.h"
#include "driver/postgres.h"

namespace tweetpulse::postgres {

class Pool {
 public:
  Pool(Config config, int size);

  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection) : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept : pool_(other.pool_), connection_(std::move(other.connection_)) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_) pool_->give_back(std::move(connection_));
    }
    Connection* operator->() const { return connection_.get(); }
    Connection& operator*() const { return *connection_; }

   private:
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  // Waits for a free one. unavailable: all are busy for too long, or the server cannot be reached; a refusal of the
  // server is unavailable too, since no batch is to blame for it.
  Result<Lease> borrow();

 private:
  void give_back(std::unique_ptr<Connection> connection);
  void show();  // Requires: mutex_ is held

  Config config_;
  int size_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
  int busy_ = 0;
  metrics::Gauge busy_gauge_, idle_gauge_;
};

}  // namespace tweetpulse::postgres
