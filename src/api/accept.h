// Content negotiation: which of a route's forms the header Accept wants. Threads: pure functions.
#pragma once

#include <string_view>

namespace tweetpulse::api {

// The offered media type (space between them) of the highest quality, the first of equals; "" = none is acceptable.
// An absent header takes everything.
std::string_view best_media(std::string_view accept, std::string_view offered);
bool wants_html(std::string_view accept);  // a browser's navigation

}  // namespace tweetpulse::api
