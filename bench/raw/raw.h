// What the raw programs share: options, clock, CPU of a process, prepared lines and the one line of JSON that they
// print. Nothing of the product is in here. Threads: free functions from any thread; an object from one at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace raw {

[[noreturn]] inline void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

// --name value, and nothing else.
class Options {
 public:
  Options(int count, char** words) {
    for (int n = 1; n < count; n += 2) {
      const std::string_view name = words[n];
      if (!name.starts_with("--") || n + 1 == count) fail("options are: --name value");
      values_[std::string(name.substr(2))] = words[n + 1];
    }
  }
  std::string text(const std::string& name, const std::string& otherwise) const {
    const auto found = values_.find(name);
    return found == values_.end() ? otherwise : found->second;
  }
  std::size_t number(const std::string& name, std::size_t otherwise) const {
    const auto found = values_.find(name);
    return found == values_.end() ? otherwise : static_cast<std::size_t>(std::strtoull(found->second.c_str(), {}, 10));
  }

 private:
  std::map<std::string, std::string> values_;
};

inline double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// User and system seconds of a process; 0 = it is gone or on another machine.
inline double cpu_of(long process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  if (!std::getline(file, line) || line.rfind(')') == std::string::npos) return 0;
  std::vector<std::string> words(1);
  for (const char c : line.substr(line.rfind(')') + 2)) {
    if (c == ' ') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words.size() < 13 ? 0 : (std::stod(words[11]) + std::stod(words[12])) / 100;
}

// Time and the CPU of some processes (0 = this one), from its making on.
class Watch {
 public:
  explicit Watch(std::vector<long> processes) : processes_(std::move(processes)), cpu_(cpu()), begun_(now()) {}
  double seconds() const { return now() - begun_; }
  double cpu_seconds() const { return cpu() - cpu_; }

 private:
  double cpu() const {
    double sum = 0;
    for (const long process : processes_)
      if (process > 0) sum += cpu_of(process);
    timespec own{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
    return sum + static_cast<double>(own.tv_sec) + static_cast<double>(own.tv_nsec) / 1e9;
  }
  std::vector<long> processes_;
  double cpu_, begun_;
};

// The lines of --lines, as often as needed, else made ones of --bytes.
inline std::vector<std::string> lines(const Options& options, std::size_t bytes) {
  std::vector<std::string> found;
  if (const auto name = options.text("lines", ""); !name.empty()) {
    std::ifstream file(name);
    for (std::string line; std::getline(file, line);)
      if (!line.empty()) found.push_back(std::move(line));
    if (found.empty()) fail("--lines: " + name + " has no line");
    return found;
  }
  bytes = options.number("bytes", bytes);
  std::uint64_t dice = 88172645463325252;
  for (int n = 0; n < 1'000; ++n) {
    std::string line = R"({"text":")";
    while (line.size() + 2 < bytes) {
      dice ^= dice << 13;
      dice ^= dice >> 7;
      dice ^= dice << 17;
      line += dice % 6 == 0 ? ' ' : static_cast<char>('a' + dice % 26);
    }
    found.push_back(line + R"("})");
  }
  return found;
}

inline double average_bytes(const std::vector<std::string>& lines) {
  std::size_t sum = 0;
  for (const auto& line : lines) sum += line.size();
  return static_cast<double>(sum) / static_cast<double>(lines.size());
}

class Figures {
 public:
  explicit Figures(const std::string& program) { text_ = R"({"program":")" + program + '"'; }
  void add(const std::string& name, double value) {
    char number[64];
    std::snprintf(number, sizeof number, "%.2f", value);
    text_ += ",\"" + name + "\":" + number;
  }
  // name = rate a second, name_us = CPU microseconds an item of all processes that were watched.
  void add(const std::string& name, std::size_t items, const Watch& watch) {
    const double seconds = watch.seconds(), cpu = watch.cpu_seconds();
    add(name, static_cast<double>(items) / seconds);
    add(name + "_us", cpu * 1e6 / static_cast<double>(items));
  }
  void print() const { std::printf("%s}\n", text_.c_str()); }

 private:
  std::string text_;
};

}  // namespace raw
