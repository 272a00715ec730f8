#include "queue/queue_metrics.h"

#include "base/metrics.h"

namespace tweetpulse {

void count_buried(std::string_view group, std::string_view reason) {
  metrics::counter("queue_buried_total", "Dead letters made.",
                   {{"group", std::string(group)}, {"reason", std::string(reason)}})
      .add();
}

}  // namespace tweetpulse
