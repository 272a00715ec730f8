#include "queue/redis_scripts.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

namespace tweetpulse::redis_script {

// An entry id is <ms>-<number>, and the stream itself gives the number: of an id that is ahead of its clock the server
// makes the next one by adding 1. So the ms are those of the push, moved into the future.
constexpr std::string_view kClock = R"(
local ahead = 1e12
local function parts(id)
  local ms, ordinal = string.match(id, '(%d+)-(%d+)')
  return tonumber(ms), tonumber(ordinal)
end
local function stream_info(stream)
  local fields = {}
  local info = redis.call('XINFO', 'STREAM', stream)
  for i = 1, #info, 2 do fields[info[i]] = info[i + 1] end
  return fields
end
local function groups_of(stream)
  local groups = {}
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    local fields = {}
    for i = 1, #group, 2 do fields[group[i]] = group[i + 1] end
    groups[fields.name] = fields
  end
  return groups
end
)";

// A queue is lost when its epoch is gone while somebody remembers one, when the stream or a group is gone, or when the
// caller says so. Then every group reads what is left from the start; ordinals (the second half of each entry id) go
// on. A new group starts behind an entry that is there, so that its number tells how many are skipped. What a group has
// read of a queue that is counted anew is skipped too.
const std::string kBeginText = std::string(kClock) + R"(
local function place_of(start, last)
  if start == '0' then return '0-0' end
  if start == '$' then return last end
  local ms, rest = string.match(start, '^(%d+)(.*)$')
  if rest == '' then rest = '-0' end
  -- Ids lie a whole `ahead` before the clock: what is nearer to it is a time.
  if ms and parts(last) >= ahead and tonumber(ms) < redis.call('TIME')[1] * 1000 + ahead / 2 then
    ms = string.format('%.0f', ms + ahead)
  end
  local entry = redis.call('XREVRANGE', KEYS[1], ms and ms .. rest or start, '-', 'COUNT', 1)[1]
  return entry and entry[1] or '0-0'
end
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'none' and kind ~= 'stream' then
  redis.call('RENAME', KEYS[1], KEYS[1] .. ':wrong:' .. ARGV[1])
  kind = 'none'
end
local epoch = redis.call('GET', KEYS[3])
local there = kind == 'stream' and groups_of(KEYS[1]) or {}
local lacking = false
for i = 4, #ARGV do if not there[ARGV[i]] then lacking = true end end
if epoch and not lacking and ARGV[2] == '0' then return {epoch, 0, 0} end
local start = ARGV[3]
if epoch or ARGV[2] == '1' then start = '0' end
local length, last, added = 0, '0-0', 0
if kind == 'stream' then
  local info = stream_info(KEYS[1])
  length, last, added = info.length, info['last-generated-id'], info['entries-added']
end
local _, ordinal = parts(last)
local function read_upto(id)
  local _, number = parts(id)
  return math.max(0, math.min(number - ordinal + length, length))
end
local place = place_of(start, last)
local skipped, passed = 0, {}
for i = 4, #ARGV do
  local name = ARGV[i]
  local group = there[name]
  if group and (epoch or ARGV[2] == '1') then
    redis.call('XGROUP', 'DESTROY', KEYS[1], name)
    group = nil
  end
  if group then
    passed[name] = math.max(0, read_upto(group['last-delivered-id']) - group.pending)
  else
    skipped = read_upto(place)
    passed[name] = skipped
    redis.call('XGROUP', 'CREATE', KEYS[1], name, place, 'MKSTREAM', 'ENTRIESREAD',
      string.format('%.0f', added - length + skipped))
  end
end
local letters = {}
local known = redis.call('HGETALL', KEYS[2])
for i = 1, #known, 2 do
  if known[i] == 'dead_bytes' or string.sub(known[i], 1, 8) == 'waiting:' then letters[known[i]] = known[i + 1] end
end
redis.call('DEL', KEYS[2])
for name, value in pairs(letters) do redis.call('HSET', KEYS[2], name, value) end
redis.call('HSET', KEYS[2], 'base', string.format('%.0f', ordinal - length), 'sum', 0, 'n', 0)
for name, count in pairs(passed) do redis.call('HSET', KEYS[2], 'skipped:' .. name, string.format('%.0f', count)) end
redis.call('SET', KEYS[3], ARGV[1])
return {ARGV[1], 1, skipped}
)";
const std::string_view kBegin = kBeginText;

// Leads a transaction of XADDs. A refusal leaves the stream no id to give, so that they all fail; kOpen, the last of
// the transaction, gives it back.
const std::string kPushText = std::string(kClock) + R"(
if redis.call('TYPE', KEYS[1]).ok ~= 'stream' then return {'LOST', 0} end
local info = stream_info(KEYS[1])
local last = info['last-generated-id']
local function decide()
  local meta = redis.call('HMGET', KEYS[2], 'base', 'sum', 'n', 'full', 'dead_bytes')
  local function number(i) return tonumber(meta[i] or 0) or 0 end
  if redis.call('GET', KEYS[3]) ~= ARGV[1] or not meta[1] then return 'LOST', 0 end
  local ms, ordinal = parts(last)
  local added, sum, n = ordinal - number(1), number(2), number(3)
  if added < tonumber(ARGV[2]) then return 'TAIL', added end
  if info.groups < tonumber(ARGV[5]) then return 'LOST', added end
  if number(5) >= tonumber(ARGV[4]) then return 'DEAD', added end
  local held, most, bytes, count = 0, tonumber(ARGV[3]), tonumber(ARGV[6]), tonumber(ARGV[7])
  if n > 0 then held = info.length * sum / n end
  if held > 0 and (held + bytes > most or (meta[4] and held > 0.9 * most)) then
    redis.call('HSET', KEYS[2], 'full', 1)
    return 'FULL', added
  end
  if meta[4] then redis.call('HDEL', KEYS[2], 'full') end
  if count == 0 then return 'OK', added end
  local time = redis.call('TIME')
  ms = math.max(ms, ahead + time[1] * 1000 + math.floor(time[2] / 1000))
  redis.call('XSETID', KEYS[1], string.format('%.0f-%.0f', ms, ordinal))
  sum, n = sum + bytes, n + count
  if n > 20000 then sum, n = math.floor(sum / 2), math.floor(n / 2) end
  redis.call('HSET', KEYS[2], 'sum', string.format('%.0f', sum), 'n', string.format('%.0f', n))
  return 'OK', added + count
end
local fine, verdict, added = pcall(decide)
if not fine then verdict, added = type(verdict) == 'table' and verdict.err or verdict, 0 end
if verdict ~= 'OK' and ARGV[7] ~= '0' then
  redis.call('SET', KEYS[4], last)
  redis.call('XSETID', KEYS[1], '18446744073709551615-18446744073709551615')
end
return {verdict, added}
)";
const std::string_view kPush = kPushText;

const std::string_view kOpen = R"(
local last = redis.call('GET', KEYS[2])
if last then
  redis.call('XSETID', KEYS[1], last)
  redis.call('DEL', KEYS[2])
end
return 1
)";

const std::string_view kAck = R"(
local done = 0
for first = 2, #ARGV, 1000 do
  local last = math.min(first + 999, #ARGV)
  done = done + redis.call('XACK', KEYS[1], ARGV[1], unpack(ARGV, first, last))
  if redis.call('EXISTS', KEYS[3]) == 1 then redis.call('HDEL', KEYS[3], unpack(ARGV, first, last)) end
end
if done > 0 then redis.call('HINCRBY', KEYS[2], 'done:' .. ARGV[1], done) end
return done
)";

// A letter is an entry of the stream `dead`; dead:ids tells where it is, or how it ended. A sorted set a group, of
// equal scores and so in byte order, holds the tweets that are dead for the group; a hash counts their letters.
constexpr std::string_view kKeep = R"(
local function keep(meta, dead, ids, id, group, reason, source, tweet, payload, attempts, error, first_at, last_at)
  if redis.call('HEXISTS', ids, id) == 1 then return false end
  local place = redis.call('XADD', dead, '*', 'id', id, 'group', group, 'reason', reason, 'source', source,
    'tweet_id', tweet, 'payload', payload, 'attempts', attempts, 'error', error, 'first_at', first_at,
    'last_at', last_at)
  redis.call('HSET', ids, id, place)
  redis.call('HINCRBY', meta, 'dead_bytes', #payload)
  redis.call('HINCRBY', meta, 'waiting:' .. group, 1)
  if tweet ~= '' and redis.call('HINCRBY', dead .. ':count:' .. group, tweet, 1) == 1 then
    redis.call('ZADD', dead .. ':tweets:' .. group, 0, tweet)
  end
  return true
end
)";

const std::string kBuryEntryText = std::string(kKeep) + R"(
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('HDEL', KEYS[3], ARGV[2])
local entry = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])
local payload = ''
if entry[1] then payload = entry[1][2][2] end
keep(KEYS[2], KEYS[4], KEYS[5], ARGV[3], ARGV[1], ARGV[4], ARGV[5], ARGV[6], payload, ARGV[7], ARGV[8], ARGV[9],
  ARGV[9])
redis.call('HINCRBY', KEYS[2], 'buried:' .. ARGV[1], 1)
return 1
)";
const std::string_view kBuryEntry = kBuryEntryText;

const std::string kBuryLetterText = std::string(kKeep) + R"(
local bytes = tonumber(redis.call('HGET', KEYS[1], 'dead_bytes') or 0)
if bytes >= tonumber(ARGV[1]) then return 'FULL' end
keep(KEYS[1], KEYS[2], KEYS[3], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10],
  ARGV[11])
return 'OK'
)";
const std::string_view kBuryLetter = kBuryLetterText;

const std::string_view kCloseLetter = R"(
local found = redis.call('XRANGE', KEYS[2], ARGV[1], ARGV[1])
if not found[1] then return 0 end
local letter = {}
for i = 1, #found[1][2], 2 do letter[found[1][2][i]] = found[1][2][i + 1] end
redis.call('XDEL', KEYS[2], ARGV[1])
redis.call('HSET', KEYS[3], letter.id, ARGV[2])
redis.call('HINCRBY', KEYS[1], 'dead_bytes', -#letter.payload)
redis.call('HINCRBY', KEYS[1], 'waiting:' .. letter.group, -1)
if ARGV[2] == 'redriven' and letter.tweet_id ~= '' then
  local count = KEYS[2] .. ':count:' .. letter.group
  if redis.call('HINCRBY', count, letter.tweet_id, -1) <= 0 then
    redis.call('HDEL', count, letter.tweet_id)
    redis.call('ZREM', KEYS[2] .. ':tweets:' .. letter.group, letter.tweet_id)
  end
end
return 1
)";

// The floor: the lowest entry that some group still needs. A group that is missing means that nobody knows.
constexpr std::string_view kFloor = R"(
local function floor_of(stream, groups, names)
  local floor_ms, floor_ordinal
  for _, name in ipairs(names) do
    local group = groups[name]
    if not group then return nil end
    local ms, ordinal = parts(group['last-delivered-id'])
    ordinal = ordinal + 1
    if group.pending > 0 then ms, ordinal = parts(redis.call('XPENDING', stream, name)[2]) end
    if not floor_ms or ms < floor_ms or (ms == floor_ms and ordinal < floor_ordinal) then
      floor_ms, floor_ordinal = ms, ordinal
    end
  end
  return floor_ms, floor_ordinal
end
)";

const std::string kTrimText = std::string(kClock) + std::string(kFloor) + R"(
local ms, ordinal = floor_of(KEYS[1], groups_of(KEYS[1]), ARGV)
if not ms then return 0 end
return redis.call('XTRIM', KEYS[1], 'MINID', '=', string.format('%.0f-%.0f', ms, ordinal))
)";
const std::string_view kTrim = kTrimText;

// A parked group stands beyond every entry there will ever be: the server itself gives its readers nothing, and no
// floor is lowered by it.
constexpr std::string_view kNowhere = "18446744073709551615-0";

const std::string kParkText = std::string(kClock) + std::string(kFloor) + R"(
if redis.call('GET', KEYS[3]) ~= ARGV[1] then return -1 end
local name, groups = ARGV[2], groups_of(KEYS[1])
local mine = groups[name]
if not mine then return -1 end
if redis.call('HEXISTS', KEYS[2], 'parked:' .. name) == 1 then return 0 end
local first = redis.call('XRANGE', KEYS[1], '(' .. mine['last-delivered-id'], '+', 'COUNT', 1)[1]
local oldest = first and first[1] or mine['last-delivered-id']
if mine.pending > 0 then oldest = redis.call('XPENDING', KEYS[1], name)[2] end
while true do
  local held = redis.call('XPENDING', KEYS[1], name, '-', '+', 1000)
  if #held == 0 then break end
  local ids = {}
  for i, entry in ipairs(held) do ids[i] = entry[1] end
  redis.call('XACK', KEYS[1], name, unpack(ids))
end
redis.call('DEL', KEYS[4])
local base = tonumber(redis.call('HGET', KEYS[2], 'base') or 0)
local _, ordinal = parts(mine['last-delivered-id'])
local time = redis.call('TIME')
redis.call('XGROUP', 'SETID', KEYS[1], name, ')" +
                              std::string(kNowhere) + R"(')
redis.call('HSET', KEYS[2], 'parked:' .. name, string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)),
  'from:' .. name, string.format('%.0f', math.max(0, ordinal - base)), 'held:' .. name, mine.pending)
redis.call('HSETNX', KEYS[2], 'oldest:' .. name, oldest)
return 1
)";
const std::string_view kPark = kParkText;

const std::string kUnparkText = std::string(kClock) + std::string(kFloor) + R"(
if redis.call('GET', KEYS[3]) ~= ARGV[1] then return -1 end
local name = ARGV[2]
local function number(field) return tonumber(redis.call('HGET', KEYS[2], field) or 0) end
local passed = number('passed:' .. name)
if redis.call('HEXISTS', KEYS[2], 'parked:' .. name) == 0 then return passed end
local others = {}
for i = 3, #ARGV do others[i - 2] = ARGV[i] end
local ms, ordinal = floor_of(KEYS[1], groups_of(KEYS[1]), others)
if not ms then return -1 end
local from, upto = number('from:' .. name), math.max(0, ordinal - 1 - number('base'))
if upto < from then return -2 end
passed = passed + number('held:' .. name) + upto - from
redis.call('XGROUP', 'SETID', KEYS[1], name, string.format('%.0f-%.0f', ms, ordinal - 1), 'ENTRIESREAD',
  string.format('%.0f', upto))
redis.call('HSET', KEYS[2], 'passed:' .. name, string.format('%.0f', passed))
redis.call('HDEL', KEYS[2], 'parked:' .. name, 'from:' .. name, 'held:' .. name)
return passed
)";
const std::string_view kUnpark = kUnparkText;

const std::string_view kSettle = R"(
if redis.call('GET', KEYS[3]) ~= ARGV[1] then return 0 end
local name = ARGV[2]
local function number(field) return tonumber(redis.call('HGET', KEYS[2], field) or 0) end
local passed, settled = number('passed:' .. name), number('settled:' .. name)
local upto = math.min(tonumber(ARGV[3]), passed)
if upto <= settled then return 0 end
redis.call('HINCRBY', KEYS[2], 'done:' .. name, string.format('%.0f', upto - settled))
redis.call('HSET', KEYS[2], 'settled:' .. name, string.format('%.0f', upto))
if upto == passed and redis.call('HEXISTS', KEYS[2], 'parked:' .. name) == 0 then
  redis.call('HDEL', KEYS[2], 'oldest:' .. name)
end
return upto - settled
)";

const std::string_view kRenew = R"(
local renewed, start = 0, '-'
while true do
  local held = redis.call('XPENDING', KEYS[1], ARGV[1], start, '+', 1000, ARGV[2])
  if #held == 0 then return renewed end
  local claim = {'XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0}
  for _, entry in ipairs(held) do
    if entry[3] >= tonumber(ARGV[3]) then table.insert(claim, entry[1]) end
  end
  if #claim > 5 then
    table.insert(claim, 'JUSTID')
    redis.call(unpack(claim))
    renewed = renewed + #claim - 6
  end
  start = '(' .. held[#held][1]
end
)";

const std::string kStatusText = std::string(kClock) + std::string(kFloor) + R"(
local epoch = redis.call('GET', KEYS[3])
if not epoch or redis.call('EXISTS', KEYS[1]) == 0 then return {''} end
local info = stream_info(KEYS[1])
local result = {epoch, info.length, redis.call('HGETALL', KEYS[2]), info['last-generated-id']}
local groups = groups_of(KEYS[1])
for _, name in ipairs(ARGV) do
  local group = groups[name]
  if not group then return {''} end
  local lowest, idle, after = '', 0, ''
  if group.pending > 0 then
    local first = redis.call('XPENDING', KEYS[1], name, '-', '+', 1)[1]
    if first then lowest, idle = first[1], first[3] end
  end
  local next_one = redis.call('XRANGE', KEYS[1], '(' .. group['last-delivered-id'], '+', 'COUNT', 1)[1]
  if next_one then after = next_one[1] end
  table.insert(result, {group['last-delivered-id'], group.pending, lowest, idle, after, group.consumers})
end
return result
)";
const std::string_view kStatus = kStatusText;

const std::string_view kForget = R"(
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local fields = {}
  for i = 1, #consumer, 2 do fields[consumer[i]] = consumer[i + 1] end
  if fields.pending == 0 and fields.idle > tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], fields.name)
  end
end
return 0
)";

std::string sha(std::string_view script) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(script.data(), script.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

}  // namespace tweetpulse::redis_script
