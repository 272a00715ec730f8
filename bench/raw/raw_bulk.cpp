// raw_bulk --url URL [--count N] [--mapping FILE] [--pid N] [--bytes N | --lines FILE]: prebuilt _bulk bodies of 2, 5
// and 10 MB from 1, 2 and 4 senders into a fresh index each, with libcurl and nothing else. FILE = body of PUT /index.
#include <algorithm>
#include <atomic>
#include <sstream>
#include <thread>

#include "raw_http.h"

namespace {

struct Body {
  std::string text;
  std::size_t documents = 0;
};

std::vector<Body> bodies_of(const std::vector<std::string>& lines, std::size_t documents, std::size_t bytes) {
  std::vector<Body> bodies(1);
  for (std::size_t n = 0; n < documents; ++n) {
    if (bodies.back().text.size() >= bytes) bodies.emplace_back();
    auto& body = bodies.back();
    body.text += R"({"index":{"_id":")" + std::to_string(1'000'000'000'000'000'000 + n) +
                 R"(","version":1,"version_type":"external_gte"}})" + '\n' + lines[n % lines.size()] + '\n';
    ++body.documents;
  }
  return bodies;
}

// Documents a second of one shape, all of them answered without an error.
void measure(const raw::Options& options, const std::vector<Body>& bodies, std::size_t senders, raw::Watch& watch) {
  std::atomic<std::size_t> next = 0;
  watch = raw::Watch({static_cast<long>(options.number("pid", 0))});
  std::vector<std::jthread> threads;
  for (std::size_t n = 0; n < senders; ++n)
    threads.emplace_back([&] {
      raw::Http http(options.text("url", "http://127.0.0.1:9200"));
      for (std::size_t at = next++; at < bodies.size(); at = next++)
        if (http.good("POST", "/raw_bench/_bulk?filter_path=errors", bodies[at].text).find("true") != std::string::npos)
          raw::fail("_bulk: some documents were refused");
    });
}

}  // namespace

int main(int count, char** words) {
  const raw::Options options(count, words);
  const auto lines = raw::lines(options, 720);
  const auto documents = options.number("count", 40'000);
  std::string mapping =
      R"({"settings":{"number_of_replicas":0,"refresh_interval":"1s"},"mappings":{"dynamic":"strict",)"
      R"("properties":{"text":{"type":"text"}}}})";
  if (const auto name = options.text("mapping", ""); !name.empty()) {
    std::ostringstream read;
    read << std::ifstream(name).rdbuf();
    mapping = read.str();
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);
  raw::Http http(options.text("url", "http://127.0.0.1:9200"));
  raw::Figures figures("raw_bulk");
  figures.add("bytes", raw::average_bytes(lines));
  double best = 0, best_us = 0;
  for (const std::size_t megabytes : {2, 5, 10}) {
    const auto bodies = bodies_of(lines, documents, megabytes * 1'000'000);
    for (const std::size_t senders : {1, 2, 4}) {
      http.good("DELETE", "/raw_bench?ignore_unavailable=true", "");
      http.good("PUT", "/raw_bench", mapping);
      raw::Watch watch({});
      measure(options, bodies, senders, watch);
      const double rate = static_cast<double>(documents) / watch.seconds();
      const double cpu = watch.cpu_seconds() * 1e6 / static_cast<double>(documents);
      http.good("POST", "/raw_bench/_refresh", "");
      if (http.good("GET", "/raw_bench/_count", "").find("\"count\":" + std::to_string(documents) + ',') ==
          std::string::npos)
        raw::fail("_bulk: some documents are missing");
      const auto name = "mb" + std::to_string(megabytes) + "_x" + std::to_string(senders);
      figures.add(name, rate);
      figures.add(name + "_us", cpu);
      if (rate > best) best_us = cpu;
      best = std::max(best, rate);
    }
  }
  http.good("DELETE", "/raw_bench", "");
  figures.add("best", best);
  figures.add("best_us", best_us);
  figures.print();
}
