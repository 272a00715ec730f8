#include "api/handlers.h"
#include "api/json.h"
#include "api/query_tree.h"
#include "api/question.h"
#include "api/x_rule.h"
#include "query/parser.h"

namespace tweetpulse::api {

Response parse_question(const Ports&, const Request& request) {
  const ParsedQuery parsed =
      parse_query(request.values.text("q"), {.now = request.now, .zone = request.values.text("tz"), .recover = true});
  const bool valid = parsed.errors.empty();
  Json out;
  out.open().key("data").open().member("valid", valid).key("canonical");
  if (valid) {
    out.text(print(parsed.query)).key("tree");
    append_tree(out, parsed.query.root);
    out.key("x_rule");
    append_x_rule(out, parsed.query);
  } else {
    out.null().key("tree").null().key("x_rule").null();
  }
  out.key("errors").open_list();
  for (const QueryError& error : parsed.errors) {
    out.open().member("type", error.type).member("msg", error.message).member("offset", error.offset);
    out.member("length", error.length).key("suggestion").text_or_null(error.suggestion).close();
  }
  out.close_list().close().key("meta").open().key("warnings").open_list();
  for (const std::string& warning : parsed.warnings) out.text(warning);
  return json_answer(out.close_list().close().close().take());
}

Response suggest_words(const Ports&, const Request& request) {
  const std::string& text = request.values.text("q");
  const int caret =
      request.values.has("offset") ? static_cast<int>(request.values.integer("offset")) : static_cast<int>(text.size());
  Json out;
  out.open().key("data").open_list();
  for (const Suggestion& suggestion : suggest(text, caret)) {
    out.open().member("text", suggestion.text).member("description", suggestion.description);
    out.member("replace_offset", suggestion.replace_offset).member("replace_length", suggestion.replace_length).close();
  }
  out.close_list().key("meta").open().key("warnings").open_list().close_list().close().close();
  return json_answer(out.take());
}

}  // namespace tweetpulse::api
