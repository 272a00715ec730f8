#include <array>
#include <utility>

#include "source/payload.h"
#include "source/x_fields.h"
#include "source/x_payload.h"
#include "tweet/json_line.h"

namespace tweetpulse {
namespace {

using simdjson::dom::object;

struct NoticeKind {
  std::string_view name;
  Action action;
  bool of_author;
};

constexpr std::array kKinds{
    NoticeKind{"delete", Action::erase, false},
    NoticeKind{"drop", Action::erase, false},
    NoticeKind{"undrop", Action::restore, false},
    NoticeKind{"tweet_edit", Action::erase, false},
    NoticeKind{"withheld", Action::withhold, false},
    NoticeKind{"status_withheld", Action::withhold, false},
    NoticeKind{"user_withheld", Action::withhold, true},
    NoticeKind{"user_delete", Action::erase_author, true},
    NoticeKind{"user_protect", Action::hide_author, true},
    NoticeKind{"user_suspend", Action::hide_author, true},
    NoticeKind{"user_undelete", Action::show_author, true},
    NoticeKind{"user_unprotect", Action::show_author, true},
    NoticeKind{"user_unsuspend", Action::show_author, true},
    NoticeKind{"scrub_geo", Action::scrub_geo, true},
};
constexpr std::array<std::string_view, 4> kFiltered{"limit", "warning", "disconnect", "user_profile_modification"};

// Both versions put the ids in an inner object, or flat.
std::string author_of(object notice) {
  if (const auto user = object_of(notice, "user")) return x_id_of(*user, "id_str", "id");
  const auto id = x_id_of(notice, "user_id_str", "user_id");
  return id.empty() ? x_id_of(notice, "id_str", "id") : id;
}

std::string tweet_of(object notice) {
  for (const std::string_view name : {"status", "tweet", "post"}) {
    if (const auto inner = object_of(notice, name)) return x_id_of(*inner, "id_str", "id");
  }
  return x_id_of(notice, "id_str", "id");
}

Time event_time(object notice, Time received_at) {
  if (const auto at = parse_unix_ms(text_of(notice, "timestamp_ms"))) return *at;
  return parse_rfc3339(text_of(notice, "event_at")).value_or(received_at);
}

Received action_of(const NoticeKind& kind, object notice, const PayloadContext& context) {
  Tweet action;
  action.source = "x";
  action.action = kind.action;
  action.event_at = event_time(notice, context.received_at);
  action.created_at = *action.event_at;
  action.received_at = context.received_at;
  action.observed_at = action.event_at;
  action.withheld_in = clean_strings_of(notice, "withheld_in_countries");
  if (kind.of_author) {
    action.author.id = author_of(notice);
    if (!is_x_id(action.author.id)) return refused_line("bad_author", context.line);
    action.up_to_id = x_id_of(notice, "up_to_status_id_str", "up_to_status_id");
    if (action.up_to_id.empty()) action.up_to_id = x_id_of(notice, "up_to_tweet_id", "up_to_post_id");
    action.id = "x:" + action.author.id + ":" + std::string(to_string(kind.action)) + ":" +
                std::to_string(to_ms(*action.event_at));
  } else {
    action.id = tweet_of(notice);
    for (const std::string_view name : {"edit_tweet_ids", "edit_post_ids"}) {
      if (action.edit_history.empty()) action.edit_history = clean_strings_of(notice, name);
    }
    if (!is_x_id(action.id)) return refused_line("bad_id", context.line);
  }
  Received received;
  received.tweets.push_back(std::move(action));
  return received;
}

std::optional<Received> read_notice(object holder, const PayloadContext& context) {
  for (const NoticeKind& kind : kKinds) {
    if (const auto notice = object_of(holder, kind.name)) return action_of(kind, *notice, context);
  }
  for (const std::string_view name : kFiltered) {
    if (object_of(holder, name)) return Received{{}, FilteredLine{std::string(name)}};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Received> read_x_v1_notice(object root, const PayloadContext& context) {
  return read_notice(root, context);
}

std::optional<Received> read_x_v2_notice(object data, const PayloadContext& context) {
  return read_notice(data, context);
}

}  // namespace tweetpulse
