#include "query/zone.h"

#include <unicode/basictz.h>
#include <unicode/timezone.h>
#include <unicode/unistr.h>

#include "query/when.h"

namespace tweetpulse {
namespace {

icu::UnicodeString wide(std::string_view name) {
  return icu::UnicodeString::fromUTF8({name.data(), static_cast<int>(name.size())});
}

}  // namespace

// nullptr = UTC, which needs no table.
struct Zone::Rules {
  std::unique_ptr<icu::BasicTimeZone> zone;
};

Zone::Zone(std::string_view name) : rules_(std::make_unique<Rules>()) {
  if (name == "UTC") return;
  std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(wide(name)));
  // ICU makes every zone of its tables a BasicTimeZone.
  rules_->zone.reset(dynamic_cast<icu::BasicTimeZone*>(zone.get()));
  if (rules_->zone) (void)zone.release();
}

Zone::~Zone() = default;

LocalTime Zone::local(Time time) const {
  std::int32_t raw = 0, saving = 0;
  UErrorCode status = U_ZERO_ERROR;
  if (rules_->zone) rules_->zone->getOffset(static_cast<UDate>(to_ms(time)), false, raw, saving, status);
  return LocalTime(time.time_since_epoch() + milliseconds(raw + saving));
}

Time Zone::utc(LocalTime local) const {
  std::int32_t raw = 0, saving = 0;
  UErrorCode status = U_ZERO_ERROR;
  const auto wall = local.time_since_epoch();
  if (rules_->zone)
    rules_->zone->getOffsetFromLocal(static_cast<UDate>(wall.count()), UCAL_TZ_LOCAL_FORMER, UCAL_TZ_LOCAL_FORMER, raw,
                                     saving, status);
  return Time(wall - milliseconds(raw + saving));
}

Error unknown_zone(std::string_view name) {
  return {ErrorCode::rejected,
          "there is no time zone '" + std::string(name) + "'; use an IANA name such as Europe/Berlin"};
}

bool is_zone(std::string_view zone) {
  if (zone.empty() || zone.size() > 64 || zone == "Etc/Unknown") return false;
  icu::UnicodeString canonical;
  UBool known = false;
  UErrorCode status = U_ZERO_ERROR;
  icu::TimeZone::getCanonicalID(wide(zone), canonical, known, status);
  return U_SUCCESS(status) && known;
}

}  // namespace tweetpulse
