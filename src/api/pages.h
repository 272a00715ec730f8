// HTML: the web UI with its nonce, its files, and the pages that the server writes itself.
// Threads: pure functions and constant data.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/route.h"
#include "api/shared.h"

namespace tweetpulse::api {

// The app for a path of its own, one of its files, or the page that explains its absence; nullopt: nothing here.
std::optional<Response> web_page(const Shared& shared, const HttpRequest& http, std::string_view path);

// A whole page of the server's own: no script, styles by nonce.
Response plain_page(std::string_view title, std::string_view body);
std::string html_text(std::string_view text);

}  // namespace tweetpulse::api
