#include "api/schemas.h"

// The assembler reads the file, so a long document costs no compile time.
asm(".section .rodata\n"
    ".global tweetpulse_schemas_begin\n"
    ".global tweetpulse_schemas_end\n"
    "tweetpulse_schemas_begin:\n"
    ".incbin \"" TWEETPULSE_SCHEMAS_FILE
    "\"\n"
    "tweetpulse_schemas_end:\n"
    ".text\n");

extern "C" const char tweetpulse_schemas_begin, tweetpulse_schemas_end;

namespace tweetpulse::api {

std::string_view schemas_json() {
  const char* begin = &tweetpulse_schemas_begin;
  return {begin, static_cast<std::size_t>(&tweetpulse_schemas_end - begin)};
}

}  // namespace tweetpulse::api
