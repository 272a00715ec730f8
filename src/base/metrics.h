// Counters, gauges and histograms of this process, named `tweetpulse_<folder>_<what>`, in the Prometheus text format.
// Threads: every function may be called from any thread. Handles live as long as the process.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tweetpulse::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Counter {
 public:
  void add(double amount = 1);  // amount >= 0
  double value() const;

 private:
  friend Counter counter(std::string_view, std::string_view, const Labels&);
  void* counter_ = nullptr;
};

class Gauge {
 public:
  void set(double value);
  void add(double amount);

 private:
  friend Gauge gauge(std::string_view, std::string_view, const Labels&);
  void* gauge_ = nullptr;
};

class Histogram {
 public:
  void observe(double value);

 private:
  friend Histogram histogram(std::string_view, std::string_view, const Labels&, std::vector<double>);
  void* histogram_ = nullptr;
};

// The same name and labels give the same series. `name` without the prefix `tweetpulse_`. Keep the handle; looking it
// up takes a lock.
Counter counter(std::string_view name, std::string_view help, const Labels& labels = {});
Gauge gauge(std::string_view name, std::string_view help, const Labels& labels = {});
Histogram histogram(std::string_view name, std::string_view help, const Labels& labels = {},
                    std::vector<double> bounds = {.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10});

// `refresh` runs before each scrape, to set gauges that are costly to keep.
void on_scrape(std::function<void()> refresh);

// The whole page in text format 0.0.4, with `process_*`.
std::string scrape();

}  // namespace tweetpulse::metrics
