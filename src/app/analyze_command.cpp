#include "app/analyze_command.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <thread>

#include "analyze/analyze.h"
#include "analyze/conformance.h"
#include "app/analyze_lines.h"
#include "app/exit_codes.h"
#include "tweet/json_line.h"
#include "tweet/tweet_json.h"

namespace tweetpulse {

namespace {

void append_refusal(LineBatch& batch, std::uint64_t line, std::string_view reason) {
  batch.out += "{\"line\":" + std::to_string(line) + ",\"id\":null,\"error\":\"";
  batch.out += reason;
  batch.out += "\"}\n";
  ++batch.bad;
}

// "": the line has what it needs.
std::string_view reason_against(simdjson::dom::object line, std::string_view& id, std::string_view& text) {
  const auto given_id = member(line, "id");
  const auto given_text = member(line, "text");
  if (!given_id || given_id->get_string().get(id) || id.empty() || has_nul(id)) return "bad_id";
  if (!given_text || given_text->get_string().get(text)) return "bad_text";
  return has_nul(text) ? "nul_in_text" : "";
}

void analyze_line(LineBatch& batch, const LineBatch::Line& line, Profile profile) {
  if (line.too_long) return append_refusal(batch, line.number, "too_long");
  const auto parsed = parse_json_line(batch.text(line));
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) return append_refusal(batch, line.number, refusal->reason);
  const auto object = std::get<simdjson::dom::object>(parsed);
  std::string_view id, text;
  if (const auto reason = reason_against(object, id, text); !reason.empty()) {
    return append_refusal(batch, line.number, reason);
  }
  Tweet tweet;
  tweet.id = id;
  tweet.text = text;
  tweet.lang_declared = normal_language(text_of(object, "lang"));
  const EnrichedTweet enriched = enrich(std::move(tweet), profile);
  append_record(batch.out, enriched.tweet.id, enriched.analysis);
  batch.out += '\n';
}

void answer_case(LineBatch& batch, std::uint64_t line, simdjson::dom::object object) {
  std::string_view id, text;
  if (const auto reason = reason_against(object, id, text); !reason.empty()) return append_refusal(batch, line, reason);
  std::string output;
  if (!answer_conformance(output, text_of(object, "section"), text)) output = "null";
  batch.out += "{\"id\":";
  append_json_string(batch.out, id);
  batch.out += ",\"output\":" + output + "}\n";
}

// The suite is one JSON array or NDJSON; small enough to be read as a whole.
LineTotals answer_suite(const std::string& file) {
  std::string input;
  {
    std::ifstream opened;
    if (file != "-") opened.open(file, std::ios::binary);
    std::istream& in = file == "-" ? std::cin : opened;
    if (!in) throw StartError(kBadInput, "cannot read " + file);
    input.assign(std::istreambuf_iterator<char>(in), {});
  }
  simdjson::dom::parser parser;
  simdjson::dom::document_stream cases;
  simdjson::dom::array array;
  LineBatch batch;
  LineTotals totals;
  const auto answer = [&](simdjson::dom::element element) {
    simdjson::dom::object object;
    ++totals.lines;
    if (element.get_object().get(object))
      append_refusal(batch, totals.lines, "not_object");
    else
      answer_case(batch, totals.lines, object);
  };
  const simdjson::padded_string padded(input);
  if (input.find_first_not_of(" \t\r\n") == input.find('[')) {
    if (parser.parse(padded).get_array().get(array)) throw StartError(kBadInput, file + " is no JSON array");
    for (const simdjson::dom::element element : array) answer(element);
  } else if (!parser.parse_many(padded, std::max<std::size_t>(input.size(), kMaxLineBytes)).get(cases)) {
    for (const auto document : cases) {
      simdjson::dom::element element;
      if (document.get(element)) throw StartError(kBadInput, file + " is no NDJSON");
      answer(element);
    }
  }
  totals.bad = batch.bad;
  std::fwrite(batch.out.data(), 1, batch.out.size(), stdout);
  return totals;
}

int exit_code_of(const LineTotals& totals) {
  if (totals.bad == 0) return kDone;
  return totals.bad == totals.lines ? kBadInput : kPartly;
}

}  // namespace

int analyze_command(const AnalyzeOptions& options) {
  if (options.profile != "full" && options.profile != "fast") {
    throw StartError(kWrongUsage, "--profile " + options.profile + ": full or fast");
  }
  if (options.twitter_text) return exit_code_of(answer_suite(options.file));
  const Profile profile = options.profile == "fast" ? Profile::fast : Profile::full;
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  LineSource source(options.file);
  const auto work = [profile](LineBatch& batch) {
    for (const LineBatch::Line& line : batch.lines) analyze_line(batch, line, profile);
  };
  try {
    return exit_code_of(run_in_order(source, options.threads > 0 ? options.threads : cores, work));
  } catch (const StartError&) {
    throw;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tweetpulse: %s\n", error.what());
    return kCannotWrite;
  }
}

}  // namespace tweetpulse
