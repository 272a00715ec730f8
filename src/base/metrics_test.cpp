#include "base/metrics.h"

#include <gtest/gtest.h>

namespace tweetpulse {
namespace {

TEST(Metrics, TheSameNameAndLabelsAreOneSeries) {
  metrics::counter("test_seen_total", "Seen.", {{"group", "a"}}).add(2);
  metrics::counter("test_seen_total", "Seen.", {{"group", "a"}}).add();
  metrics::counter("test_seen_total", "Seen.", {{"group", "b"}}).add();
  const auto page = metrics::scrape();
  EXPECT_NE(page.find("tweetpulse_test_seen_total{group=\"a\"} 3"), std::string::npos) << page;
  EXPECT_NE(page.find("process_resident_memory_bytes"), std::string::npos);
}

TEST(Metrics, RefreshesBeforeEachScrape) {
  auto gauge = metrics::gauge("test_asked", "How often the page was asked for.");
  int asked = 0;
  metrics::on_scrape([&asked, gauge]() mutable { gauge.set(++asked); });
  metrics::scrape();
  EXPECT_NE(metrics::scrape().find("tweetpulse_test_asked 2"), std::string::npos);
}

}  // namespace
}  // namespace tweetpulse
