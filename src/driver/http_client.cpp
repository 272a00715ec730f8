#include "driver/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <mutex>

namespace tweetpulse {
namespace {

constexpr std::size_t kIdleHandles = 16;
constexpr std::size_t kPadding = 64;  // at least simdjson's
constexpr std::size_t kFirstRoom = 16 * 1024;

struct EasyCleanup {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
using Easy = std::unique_ptr<CURL, EasyCleanup>;
struct ListCleanup {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, ListCleanup>;

void start_curl() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)started;
}

void append(List& list, const std::string& line) {
  if (auto* longer = curl_slist_append(list.get(), line.c_str())) {
    (void)list.release();
    list.reset(longer);
  }
}

struct Receiving {
  HttpReply response;
  std::size_t bound = 0;
  bool too_large = false;
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* target) {
  auto& receiving = *static_cast<Receiving*>(target);
  auto& body = receiving.response.body;
  const std::size_t bytes = size * count;
  if (body.size() + bytes > receiving.bound) {
    receiving.too_large = true;
    return 0;
  }
  if (body.capacity() < body.size() + bytes + kPadding)
    body.reserve(std::max({kFirstRoom, 2 * body.capacity(), body.size() + bytes + kPadding}));
  body.append(data, bytes);
  return bytes;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  return text;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* target) {
  auto& headers = static_cast<Receiving*>(target)->response.headers;
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) {
    headers.clear();  // of an interim answer
    return line.size();
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return line.size();
  std::string name(line.substr(0, colon));
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  headers.emplace_back(std::move(name), trimmed(line.substr(colon + 1)));
  return line.size();
}

// Whether the server may have seen the request.
bool was_sent(CURL* curl, CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return false;
    default:
      break;
  }
  double before_sending = 0;
  curl_easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME, &before_sending);
  return before_sending > 0;
}

std::string_view remedy_of(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      return "name the server's authority with the key ca_file";
    case CURLE_SSL_CACERT_BADFILE:
      return "the key ca_file must name a readable PEM file";
    case CURLE_SSL_CONNECT_ERROR:
      return "does the server speak TLS on this port? Else write http://";
    case CURLE_COULDNT_RESOLVE_HOST:
      return "check the host name";
    case CURLE_OPERATION_TIMEDOUT:
      return "it is slow or away";
    default:
      return "is it running?";
  }
}

Error failure(CURL* curl, CURLcode code, const Receiving& receiving, const HttpCall& call, const char* detail) {
  const std::string_view address = std::string_view(call.url).substr(0, call.url.find('/', 8));
  if (receiving.too_large)
    return {ErrorCode::rejected,
            fmt::format("{} answers with more than {} bytes; ask for less.", address, receiving.bound)};
  const std::string_view what = detail[0] != '\0' ? detail : curl_easy_strerror(code);
  const bool sent = was_sent(curl, code);
  return {sent ? ErrorCode::timeout : ErrorCode::unavailable,
          fmt::format("{} gives no answer ({}): {}.", address, what, remedy_of(code))};
}

void set_call(CURL* curl, const HttpCall& call, const HttpClientConfig& config, curl_slist* headers) {
  const auto timeout = call.timeout.count() > 0 ? call.timeout : config.call_timeout;
  curl_easy_setopt(curl, CURLOPT_URL, call.url.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::min(timeout, config.connect_timeout).count()));
  if (call.body.empty() && call.method == "GET") {
    curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
  } else {
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call.body.empty() ? "" : call.body.data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, std::string(call.method).c_str());
  if (!call.user.empty() || !call.password.empty()) {
    curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(curl, CURLOPT_USERNAME, std::string(call.user).c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, std::string(call.password).c_str());
  }
}

void set_always(CURL* curl, const HttpClientConfig& config) {
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, 1L << 20);
  curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 1L << 18);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  if (!config.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, config.ca_file.c_str());
}

Error bad_url(std::string_view what) {
  return {ErrorCode::rejected, fmt::format("The address of the search server has {}: write "
                                           "http(s)://[user:password@]host:port, several with commas.",
                                           what)};
}

std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  std::string out;
  if (curl_url_get(url, part, &text, flags) == CURLUE_OK && text != nullptr) out = text;
  curl_free(text);
  return out;
}

}  // namespace

Result<HttpUrl> parse_http_url(std::string_view text) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), &curl_url_cleanup);
  if (!text.starts_with("http://") && !text.starts_with("https://")) return bad_url("no scheme http or https");
  if (curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), 0) != CURLUE_OK)
    return bad_url("no form that can be read");
  HttpUrl out;
  out.user = part_of(url.get(), CURLUPART_USER, CURLU_URLDECODE);
  out.password = part_of(url.get(), CURLUPART_PASSWORD, CURLU_URLDECODE);
  out.has_login = !out.user.empty() || !out.password.empty();
  const auto host = part_of(url.get(), CURLUPART_HOST);
  if (host.empty()) return bad_url("no host");
  out.address = fmt::format("{}://{}:{}{}", part_of(url.get(), CURLUPART_SCHEME), host,
                            part_of(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT), part_of(url.get(), CURLUPART_PATH));
  while (out.address.ends_with('/')) out.address.pop_back();
  return out;
}

std::string_view HttpReply::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& pair) { return pair.first == name; });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

struct HttpClient::State {
  HttpClientConfig config;
  std::mutex mutex;
  std::vector<Easy> idle;

  Easy take() {
    {
      const std::lock_guard lock(mutex);
      if (!idle.empty()) {
        Easy handle = std::move(idle.back());
        idle.pop_back();
        return handle;
      }
    }
    return Easy(curl_easy_init());
  }
  void give_back(Easy handle) {
    curl_easy_reset(handle.get());  // its connections stay
    const std::lock_guard lock(mutex);
    if (idle.size() < kIdleHandles) idle.push_back(std::move(handle));
  }
};

HttpClient::HttpClient(HttpClientConfig config) : state_(std::make_unique<State>()) {
  start_curl();
  state_->config = std::move(config);
}

HttpClient::~HttpClient() = default;

Result<HttpReply> HttpClient::call(const HttpCall& call) {
  Easy handle = state_->take();
  if (handle == nullptr) return Error{ErrorCode::unavailable, "libcurl gives no handle: is memory short?"};
  CURL* curl = handle.get();
  List headers;
  // Waiting for 100 Continue costs a second a call.
  append(headers, "Expect:");
  append(headers, "Accept: application/json");
  if (!call.body.empty()) append(headers, fmt::format("Content-Type: {}", call.content_type));
  for (const auto& [name, value] : call.headers) append(headers, name + ": " + value);
  Receiving receiving;
  receiving.bound = state_->config.max_response_bytes;
  char detail[CURL_ERROR_SIZE] = "";
  set_always(curl, state_->config);
  set_call(curl, call, state_->config, headers.get());
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &receiving);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &receiving);
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) return failure(curl, code, receiving, call, detail);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  receiving.response.status = static_cast<int>(status);
  state_->give_back(std::move(handle));
  return std::move(receiving.response);
}

}  // namespace tweetpulse
