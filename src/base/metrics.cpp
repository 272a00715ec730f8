#include "base/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>

namespace tweetpulse::metrics {
namespace {

std::map<std::string, std::string> as_map(const Labels& labels) {
  return {labels.begin(), labels.end()};
}

struct Shelf {
  std::mutex mutex;
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  std::vector<std::function<void()>> refreshers;
  const std::int64_t started =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
};

// Leaked on purpose: threads may still count while static objects are destroyed.
Shelf& shelf() {
  static auto* instance = new Shelf;
  return *instance;
}

std::string full_name(std::string_view name) {
  return "tweetpulse_" + std::string(name);
}

double resident_bytes() {
  double pages = 0, skipped = 0;
  if (FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%lf %lf", &skipped, &pages) != 2) pages = 0;
    std::fclose(file);
  }
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

std::int64_t open_files() {
  std::error_code error;
  const std::filesystem::directory_iterator all("/proc/self/fd", error);
  return error ? 0 : std::distance(begin(all), end(all));
}

void append_process(std::string& out) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double cpu = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                     static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  out += "# HELP process_cpu_seconds_total User and system time.\n# TYPE process_cpu_seconds_total counter\n";
  out += "process_cpu_seconds_total " + std::to_string(cpu) + "\n";
  out += "# HELP process_resident_memory_bytes Resident memory.\n# TYPE process_resident_memory_bytes gauge\n";
  out += "process_resident_memory_bytes " + std::to_string(resident_bytes()) + "\n";
  out += "# HELP process_start_time_seconds When it began.\n# TYPE process_start_time_seconds gauge\n";
  out += "process_start_time_seconds " + std::to_string(shelf().started) + "\n";
  out += "# HELP process_open_fds Open files and sockets.\n# TYPE process_open_fds gauge\n";
  out += "process_open_fds " + std::to_string(open_files()) + "\n";
}

}  // namespace

void Counter::add(double amount) {
  static_cast<prometheus::Counter*>(counter_)->Increment(amount);
}
double Counter::value() const {
  return static_cast<prometheus::Counter*>(counter_)->Value();
}
void Gauge::set(double value) {
  static_cast<prometheus::Gauge*>(gauge_)->Set(value);
}
void Gauge::add(double amount) {
  static_cast<prometheus::Gauge*>(gauge_)->Increment(amount);
}
void Histogram::observe(double value) {
  static_cast<prometheus::Histogram*>(histogram_)->Observe(value);
}

Counter counter(std::string_view name, std::string_view help, const Labels& labels) {
  const std::lock_guard lock(shelf().mutex);
  Counter handle;
  auto& family = prometheus::BuildCounter().Name(full_name(name)).Help(std::string(help)).Register(*shelf().registry);
  handle.counter_ = &family.Add(as_map(labels));
  return handle;
}

Gauge gauge(std::string_view name, std::string_view help, const Labels& labels) {
  const std::lock_guard lock(shelf().mutex);
  Gauge handle;
  auto& family = prometheus::BuildGauge().Name(full_name(name)).Help(std::string(help)).Register(*shelf().registry);
  handle.gauge_ = &family.Add(as_map(labels));
  return handle;
}

Histogram histogram(std::string_view name, std::string_view help, const Labels& labels, std::vector<double> bounds) {
  const std::lock_guard lock(shelf().mutex);
  Histogram handle;
  auto& family = prometheus::BuildHistogram().Name(full_name(name)).Help(std::string(help)).Register(*shelf().registry);
  handle.histogram_ = &family.Add(as_map(labels), std::move(bounds));
  return handle;
}

void on_scrape(std::function<void()> refresh) {
  const std::lock_guard lock(shelf().mutex);
  shelf().refreshers.push_back(std::move(refresh));
}

std::string scrape() {
  std::vector<std::function<void()>> refreshers;
  {
    const std::lock_guard lock(shelf().mutex);
    refreshers = shelf().refreshers;
  }
  for (const auto& refresh : refreshers) refresh();
  auto out = prometheus::TextSerializer().Serialize(shelf().registry->Collect());
  append_process(out);
  return out;
}

}  // namespace tweetpulse::metrics
