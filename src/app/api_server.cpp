#include "app/api_server.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "app/config_values.h"
#include "app/exit_codes.h"
#include "app/port_metrics.h"
#include "app/version.h"
#include "app/web_files.h"
#include "base/log.h"

namespace tweetpulse {
namespace {

constexpr std::size_t kCursorKeyBytes = 32;
constexpr std::chrono::seconds kLoopSilence{10};

std::string read_all(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  return content.str();
}

// Made once and kept, so that cursors outlive a restart.
std::string cursor_key(const Config& config) {
  const auto given = config.text("http.cursor_key_file");
  if (!given.empty()) {
    auto key = read_all(given);
    if (key.size() < kCursorKeyBytes)
      throw StartError(kWrongConfiguration, fmt::format("http.cursor_key_file: {} does not hold 32 bytes.", given));
    return key;
  }
  const auto file = config.data_dir() / "cursor.key";
  std::error_code exists;
  std::filesystem::create_directories(config.data_dir(), exists);
  if (auto key = read_all(file); key.size() == kCursorKeyBytes) return key;
  std::string key(kCursorKeyBytes, '\0');
  RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size()));
  std::ofstream(file, std::ios::binary) << key;
  std::error_code ignored;
  std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, ignored);
  return key;
}

std::optional<std::int64_t> database_bytes(const std::filesystem::path& file) {
  std::int64_t sum = 0;
  for (const auto* suffix : {"", "-wal"}) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file.string() + suffix, error);
    if (!error) sum += static_cast<std::int64_t>(size);
  }
  return sum;
}

bool is_loopback(std::string_view listen) {
  return listen.starts_with("127.") || listen.starts_with("[::1]") || listen.starts_with("localhost:") ||
         listen.starts_with("unix:");
}

std::string with_any_port(std::string_view listen) {
  const auto colon = listen.rfind(':');
  return std::string(listen.substr(0, colon)) + ":0";
}

Result<> follows(Queue& queue) {
  const auto status = queue.status();
  if (!status) return status.error();
  for (const auto& group : status->groups)
    if (group.parked_at || group.passed_over > 0)
      return Error{ErrorCode::unavailable, "Search is behind: it was parked, and is refilled from the store."};
  return {};
}

// The servers that the roles of this process cannot do without; the others are shown.
std::vector<api::Check> checks_of(const Config& config, Runtime& runtime) {
  const auto roles = config.list("roles");
  const auto has = [&roles](std::string_view role) { return std::ranges::find(roles, role) != roles.end(); };
  const bool api = has("api");
  const std::string queue = is_embedded(config, "queue.url") ? "sqlite" : "redis";
  return {{"search", std::string(runtime.search->adapter()), [&runtime] { return runtime.search->ping(); },
           api || has("elastic-worker")},
          {"store", std::string(runtime.store->adapter()), [&runtime] { return runtime.store->ping(); },
           api || has("persist-worker")},
          {"queue", queue, [&runtime] { return runtime.queue->ping(); }},
          {"search_follows", "", [&runtime] { return follows(*runtime.queue); }, false, "search is behind"}};
}

// Where a port keeps its data: its file, or its server without user and password.
api::Place place_of(const Config& config, std::string_view name, std::string_view adapter, const char* file) {
  const auto url = config.text(std::string(name) + ".url");
  if (url.empty()) {
    const auto path = config.data_dir() / file;
    return {std::string(name), std::string(adapter), path.string(), database_bytes(path)};
  }
  return {std::string(name), std::string(adapter), without_secrets(url), std::nullopt};
}

api::Ports ports_of(Runtime& runtime, PushIntake& intake, const Config& config, const ApiServerOptions& options) {
  api::Ports ports{.search = *runtime.search,
                   .store = *runtime.store,
                   .queue = *runtime.queue,
                   .feed = *runtime.feed,
                   .cache = *runtime.cache,
                   .seen = *runtime.seen,
                   .intake = intake};
  ports.checks = checks_of(config, runtime);
  if (options.silent_for)
    ports.checks.push_back(
        {"workers", "",
         [silent = options.silent_for]() -> Result<> {
           if (silent() < kLoopSilence) return {};
           return Error{ErrorCode::timeout, "A worker loop has not turned for 10 s; restart the process."};
         },
         false});
  ports.places = [&runtime, config] {
    return std::vector{place_of(config, "queue", is_embedded(config, "queue.url") ? "sqlite" : "redis", "queue.db"),
                       place_of(config, "store", runtime.store->adapter(), "store.db"),
                       place_of(config, "search", runtime.search->adapter(), "search.db")};
  };
  return ports;
}

ApiConfig api_config(const Config& config, const ApiServerOptions& options) {
  ApiConfig api;
  if (options.pages) api.cursor_key = cursor_key(config);
  api.cors = config.list("http.cors");
  api.loopback = is_loopback(config.text("http.listen"));
  api.ring = std::chrono::duration_cast<std::chrono::seconds>(config.duration("live.ring"));
  api.simulator = fmt::format(R"({{"rate":{},"scenario":"{}","seed":{}}})", config.real("simulator.rate"),
                              config.text("simulator.scenario"), config.integer("simulator.seed"));
  api.files = options.ui_dir.empty() ? embedded_web_files() : web_files_of(options.ui_dir);
  api.build = build_info();
  api.live = options.pages;
  return api;
}

HttpServerConfig server_config(const Config& config, std::string listen) {
  HttpServerConfig server;
  server.listen = std::move(listen);
  server.worker_threads = static_cast<std::size_t>(config.integer("http.threads"));
  server.max_connections = static_cast<std::size_t>(config.integer("http.max_connections"));
  server.body_limit = Api::body_limit;
  server.problem = Api::problem;
  return server;
}

bool is_ops_path(std::string_view target) {
  const auto path = target.substr(0, target.find('?'));
  return path == "/healthz" || path == "/readyz" || path == "/startupz" || path == "/metrics" || path == "/version";
}

}  // namespace

ApiServer::ApiServer(const Config& config, Runtime& runtime, const ApiServerOptions& options)
    : intake_(
          std::make_unique<PushIntake>(*runtime.queue, *runtime.seen, *runtime.store, config.flag("ingest.keep_raw"))),
      api_(std::make_unique<Api>(ports_of(runtime, *intake_, config, options), api_config(config, options))) {
  if (options.pages) open_pages(config, options);
  count_ports(runtime, config.data_dir());
  open_ops(config);
}

void ApiServer::open_pages(const Config& config, const ApiServerOptions& options) {
  const auto handle = [api = api_.get()](const HttpRequest& request) { return api->handle(request); };
  auto server = HttpServer::open(server_config(config, config.text("http.listen")), handle);
  if (!server && options.any_port)
    server = HttpServer::open(server_config(config, with_any_port(config.text("http.listen"))), handle);
  if (!server) throw StartError(kCannotWrite, server.error().what);
  server_ = std::move(*server);
  if (!is_loopback(config.text("http.listen")))
    log::warn("app",
              "The API listens beyond this machine and has no keys yet; put it behind a proxy that asks for them.",
              {{"address", server_->address()}});
}

void ApiServer::open_ops(const Config& config) {
  const auto ops = config.text("ops.listen");
  if (ops.empty()) return;
  auto small = server_config(config, ops);
  small.worker_threads = 1;
  const auto handle_ops = [api = api_.get()](const HttpRequest& request) {
    return is_ops_path(request.target) ? api->handle(request)
                                       : Api::problem(404, "not-found", "Health and metrics only.", &request);
  };
  auto ops_server = HttpServer::open(small, handle_ops);
  if (!ops_server && !config.given("ops.listen")) {
    small.listen = with_any_port(ops);
    ops_server = HttpServer::open(small, handle_ops);
    if (ops_server)
      log::info("app", "The ops address was taken; another port serves.", {{"address", (*ops_server)->address()}});
  }
  if (!ops_server) throw StartError(kCannotWrite, ops_server.error().what);
  ops_ = std::move(*ops_server);
}

ApiServer::~ApiServer() = default;

std::string ApiServer::address() const {
  return server_->address();
}

void ApiServer::begin_drain() {
  api_->begin_drain();
}

void ApiServer::drain(std::chrono::milliseconds limit) {
  api_->begin_drain();
  if (server_) server_->drain(limit);
  if (ops_) ops_->drain(std::min(limit, std::chrono::milliseconds(500)));
  if (const auto flushed = intake_->flush(); !flushed)
    log::warn("app", "The ledger of HTTP pushes was not written.", {{"error", flushed.error().what}});
}

}  // namespace tweetpulse
