// Punycode (RFC 3492): how long a domain's label is in ASCII, and its ASCII form. Threads: pure functions.
#pragma once

#include <string>

#include "analyze/text.h"

namespace tweetpulse {

// Length of the label [start, end) in ASCII, "xn--" included; more than a label may have when it cannot be written.
int punycode_length(const Text& text, int start, int end);

// Appends the ASCII form of a label; false: it cannot be written.
bool append_punycode(std::string& out, const std::u32string& label);

}  // namespace tweetpulse
