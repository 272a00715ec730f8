// Requests over one keep-alive connection with libcurl alone. Threads: an object belongs to one thread.
#pragma once

#include <curl/curl.h>

#include <string>
#include <utility>

#include "raw.h"

namespace raw {

inline std::size_t keep(char* data, std::size_t size, std::size_t count, void* into) {
  static_cast<std::string*>(into)->append(data, size * count);
  return size * count;
}

class Http {
 public:
  explicit Http(std::string url, const char* type = "Content-Type: application/json")
      : url_(std::move(url)), handle_(curl_easy_init()) {
    headers_ = curl_slist_append(headers_, type);
    headers_ = curl_slist_append(headers_, "Expect:");
  }
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;
  ~Http() {
    curl_slist_free_all(headers_);
    curl_easy_cleanup(handle_);
  }
  // Status and body; status 0: no answer, its reason is in the body.
  std::pair<long, std::string> call(const char* method, const std::string& path, const std::string& body) {
    std::string answer;
    const std::string url = url_ + path;
    curl_easy_reset(handle_);
    curl_easy_setopt(handle_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &answer);
    if (const auto done = curl_easy_perform(handle_); done != CURLE_OK) return {0, curl_easy_strerror(done)};
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    return {status, std::move(answer)};
  }
  // The body; anything but 2xx ends the program.
  std::string good(const char* method, const std::string& path, const std::string& body) {
    auto [status, answer] = call(method, path, body);
    if (status < 200 || status >= 300) fail(url_ + path + ": " + std::to_string(status) + ' ' + answer.substr(0, 500));
    return std::move(answer);
  }

 private:
  std::string url_;
  CURL* handle_;
  curl_slist* headers_ = nullptr;
};

}  // namespace raw
