// A redis-server of the test's own: a process on a free port with its data in a temporary folder, ended by its id.
// Threads: the test's.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "driver/redis.h"

namespace tweetpulse {

class PrivateRedis {
 public:
  // False: there is no redis-server here, and no run demands one.
  static bool is_possible() {
    if (std::filesystem::exists("/usr/bin/redis-server")) return true;
    const char* required = std::getenv("TWEETPULSE_REQUIRE_SERVERS");
    if (required != nullptr && std::string(required) == "1") throw std::runtime_error("redis-server is missing.");
    return false;
  }

  // `options`: as on the command line, e.g. {"--appendonly", "yes"}.
  explicit PrivateRedis(std::vector<std::string> options = {}) : PrivateRedis(std::move(options), {}) {}
  // A Sentinel with this configuration, which it rewrites.
  static std::unique_ptr<PrivateRedis> sentinel(const std::filesystem::path& file) {
    return std::unique_ptr<PrivateRedis>(new PrivateRedis({}, file));
  }
  ~PrivateRedis() {
    kill();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  PrivateRedis(const PrivateRedis&) = delete;
  PrivateRedis& operator=(const PrivateRedis&) = delete;

  static int free_port() {
    const int probe = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(probe, reinterpret_cast<sockaddr*>(&address), size);
    getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
    close(probe);
    return ntohs(address.sin_port);
  }
  std::string url() const { return "redis://127.0.0.1:" + std::to_string(port_); }
  int port() const { return port_; }
  const std::filesystem::path& folder() const { return folder_; }

  void start() {
    std::vector<std::string> arguments = {"redis-server"};
    if (!sentinel_file_.empty()) arguments.insert(arguments.end(), {sentinel_file_, "--sentinel"});
    arguments.insert(arguments.end(), {"--port", std::to_string(port_), "--bind", "127.0.0.1", "--dir", folder_,
                                       "--logfile", folder_ / "log"});
    if (sentinel_file_.empty()) arguments.insert(arguments.end(), {"--save", "", "--enable-debug-command", "local"});
    arguments.insert(arguments.end(), options_.begin(), options_.end());
    std::vector<char*> raw;
    for (auto& argument : arguments) raw.push_back(argument.data());
    raw.push_back(nullptr);
    if (posix_spawn(&pid_, "/usr/bin/redis-server", nullptr, nullptr, raw.data(), environ) != 0)
      throw std::runtime_error("redis-server cannot be started.");
    for (int i = 0; i < 400; ++i) {
      const auto redis = Redis::open({.url = url()});
      if (redis && (*redis)->call("", {"PING"})) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
    throw std::runtime_error("redis-server did not start.");
  }
  void kill(int signal = SIGKILL) {
    if (pid_ <= 0) return;
    ::kill(pid_, signal);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  void pause() const { ::kill(pid_, SIGSTOP); }
  void resume() const { ::kill(pid_, SIGCONT); }

 private:
  PrivateRedis(std::vector<std::string> options, std::filesystem::path sentinel_file)
      : options_(std::move(options)), sentinel_file_(std::move(sentinel_file)), port_(free_port()) {
    char name[] = "/tmp/tweetpulse-redis-XXXXXX";
    folder_ = mkdtemp(name);
    start();
  }

  std::vector<std::string> options_;
  std::filesystem::path sentinel_file_;
  int port_;
  std::filesystem::path folder_;
  pid_t pid_ = 0;
};

}  // namespace tweetpulse
