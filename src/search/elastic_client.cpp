#include "search/elastic_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <mutex>

#include "base/log.h"
#include "search/elastic_json.h"

namespace tweetpulse::elastic {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kFirstRest{100}, kLongestRest{1'000};
constexpr milliseconds kIdentifyTimeout{5'000};
constexpr std::size_t kShownReason = 300;

struct Node {
  HttpUrl url;
  milliseconds rest{0};
  steady_clock::time_point rests_until{};
};

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    auto part = text.substr(0, end);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    if (!part.empty()) parts.push_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

void take_version(Server& server, std::string_view version) {
  if (version.empty()) return;
  server.version = version;
  const auto* end = version.data() + version.size();
  const auto major = std::from_chars(version.data(), end, server.major);
  if (major.ec == std::errc() && major.ptr != end) std::from_chars(major.ptr + 1, end, server.minor);
}

// What a server says of itself, first line of its reasons.
std::string reason_of(const HttpReply& response) {
  const auto json = Json::parse(response);
  if (!json) return response.body.substr(0, kShownReason);
  const auto error = member(json->root(), "error");
  if (!error) return {};
  const auto type = text_of(member(*error, "type")), reason = text_of(member(*error, "reason"));
  std::string out = type.empty() ? std::string(text_of(error)) : fmt::format("{}: {}", type, reason);
  if (out.size() > kShownReason) out.resize(kShownReason);
  return out;
}

}  // namespace

struct Client::State {
  explicit State(HttpClientConfig config) : http(std::move(config)) {}
  HttpClient http;
  std::mutex mutex;
  std::vector<Node> nodes;
  std::size_t next = 0;
  std::atomic<bool> started{false};

  // The node to ask, among those not tried in this call. nullopt: all were tried, or rest.
  std::optional<std::size_t> choose(const std::vector<char>& tried) {
    const std::lock_guard lock(mutex);
    const auto moment = steady_clock::now();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::size_t at = (next + i) % nodes.size();
      if (tried[at] || nodes[at].rests_until > moment) continue;
      next = (at + 1) % nodes.size();
      return at;
    }
    return std::nullopt;
  }
  void went_well(std::size_t at) {
    const std::lock_guard lock(mutex);
    nodes[at].rest = milliseconds(0);
    nodes[at].rests_until = {};
  }
  void went_wrong(std::size_t at) {
    const std::lock_guard lock(mutex);
    auto& node = nodes[at];
    node.rest = std::min(std::max(kFirstRest, node.rest * 2), kLongestRest);
    node.rests_until = steady_clock::now() + node.rest;
  }
};

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}
Client::~Client() = default;

Result<std::unique_ptr<Client>> Client::open(const ClientConfig& config) {
  auto state =
      std::make_unique<State>(HttpClientConfig{.ca_file = config.ca_file, .call_timeout = config.call_timeout});
  for (const auto part : split(config.urls)) {
    auto url = parse_http_url(part);
    if (!url) return url.error();
    state->nodes.push_back({std::move(*url)});
  }
  if (state->nodes.empty()) return Error{ErrorCode::rejected, "The search server has no address: set search.url."};
  // One login, written once, is that of all nodes.
  const auto with_login =
      std::find_if(state->nodes.begin(), state->nodes.end(), [](const Node& n) { return n.url.has_login; });
  if (with_login != state->nodes.end())
    for (auto& node : state->nodes)
      if (!node.url.has_login)
        std::tie(node.url.user, node.url.password) = std::tie(with_login->url.user, with_login->url.password);
  std::unique_ptr<Client> client(new Client(std::move(state)));
  if (auto known = client->identify(); !known) return known.error();
  return client;
}

std::string Client::address() const {
  return state_->nodes.front().url.address;
}

Result<HttpReply> Client::call(std::string_view method, std::string_view path, std::string_view body,
                               milliseconds timeout) {
  std::vector<char> tried(state_->nodes.size(), 0);
  Error last{ErrorCode::unavailable, fmt::format("{} was away a moment ago; it is asked again soon.", address())};
  while (const auto at = state_->choose(tried)) {
    tried[*at] = 1;
    const auto& url = state_->nodes[*at].url;
    HttpCall call{.method = method, .url = url.address + std::string(path), .body = body};
    call.user = url.user;
    call.password = url.password;
    call.timeout = timeout;
    if (path.starts_with("/_bulk") || path.find("/_bulk") != std::string_view::npos)
      call.content_type = "application/x-ndjson";
    auto response = state_->http.call(call);
    if (response) {
      state_->went_well(*at);
      return response;
    }
    last = response.error();
    if (last.code == ErrorCode::rejected) return last;
    state_->went_wrong(*at);
    if (last.code == ErrorCode::timeout) return last;
  }
  return last;
}

Result<HttpReply> Client::ask(std::string_view method, std::string_view path, std::string_view body,
                              milliseconds timeout) {
  auto response = call(method, path, body, timeout);
  if (response && response->status >= 300) return error_of(*response, fmt::format("{} {}", method, path));
  return response;
}

Error Client::error_of(const HttpReply& response, std::string_view what) const {
  const auto reason = reason_of(response);
  const auto says = [&](ErrorCode code, std::string_view remedy) {
    return Error{code, fmt::format("{} answers {} to {} ({}): {}.", address(), response.status, what, reason, remedy)};
  };
  const auto refused = state_->started ? ErrorCode::unavailable : ErrorCode::rejected;
  switch (response.status) {
    case 401:
      return says(
          refused,
          "write the right user and password into ELASTICSEARCH_URL (search.url): http(s)://user:password@host:port");
    case 403:
      if (reason.find("cluster_block") != std::string::npos)
        return says(ErrorCode::unavailable, "the index is read-only; free disk space or lift the block");
      return says(refused, "give the user of ELASTICSEARCH_URL (search.url) this permission, or name another user");
    case 404:
      return says(ErrorCode::not_found, "there is no such thing");
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return says(ErrorCode::unavailable, "it is overloaded or not ready");
    default:
      return says(response.status >= 500 ? ErrorCode::unavailable : ErrorCode::rejected, "the request is not taken");
  }
}

void Client::started() {
  state_->started = true;
}

// `GET /` is missing in cut-down Elasticsearch, and forbidden to some users; the headers come with every answer.
Result<> Client::identify() {
  const auto root = call("GET", "/", {}, kIdentifyTimeout);
  if (!root) return root.error();
  if (root->status == 401) return error_of(*root, "GET /");
  if (root->status >= 500 || root->status == 429) return error_of(*root, "GET /");
  const auto opensearch = root->header("x-opensearch-version");  // OpenSearch/3.8.0 (opensearch)
  if (!opensearch.empty()) {
    server_.flavour = Flavour::opensearch;
    const auto slash = opensearch.find('/');
    if (slash != std::string_view::npos)
      take_version(server_, opensearch.substr(slash + 1, opensearch.find(' ', slash) - slash - 1));
  }
  bool known = !opensearch.empty() || root->header("x-elastic-product") == "Elasticsearch";
  if (const auto json = Json::parse(*root); json && root->status == 200) {
    const auto version = member(json->root(), "version");
    if (version && text_of(member(*version, "distribution")) == "opensearch") server_.flavour = Flavour::opensearch;
    if (version) take_version(server_, text_of(member(*version, "number")));
    known = known || (version && !server_.version.empty());
  }
  if (!known)
    return Error{ErrorCode::rejected,
                 fmt::format("{} answers {} to GET / and is neither Elasticsearch nor OpenSearch: check search.url.",
                             address(), root->status)};
  if (!server_.version.empty()) return {};
  const auto nodes = call("GET", "/_nodes/_local?filter_path=nodes.*.version", {}, kIdentifyTimeout);
  if (!nodes) return nodes.error();
  const auto json = Json::parse(*nodes);
  if (nodes->status == 200 && json)
    if (const auto all = member(json->root(), "nodes"); all && all->is_object())
      for (const auto node : simdjson::dom::object(*all)) take_version(server_, text_of(member(node.value, "version")));
  return {};
}

}  // namespace tweetpulse::elastic
