"""Any order of arrival and any clock give the same tables: F19 F20 of the fault table."""
import datetime
import json
import pathlib
import random
import unittest

from tests.flow.fault import LOAD, FaultTest, must_fail_with
from tests.flow.product import BREAKABLE, tweet

TEXTS = ['A wonderful day #{tag}', 'This is terrible, I hate it #{tag}', 'Ein Beitrag über {tag}', 'Qué día tan bonito #{tag}',
         'Numbers of {tag} today', '{tag} 🚀🚀 https://example.org/{tag}']
CLOCK_SHIFT = pathlib.Path(BREAKABLE).with_name('tweetpulse_clock_shift.so')


def status(dice, id, ms, **more):
    author = dice.randrange(40)
    created = datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc)
    return {'id_str': str(id), 'text': dice.choice(TEXTS).format(tag='tag%d' % dice.randrange(9)), 'lang': 'en',
            'created_at': created.strftime('%a %b %d %H:%M:%S +0000 %Y'),
            'user': {'id_str': str(5000 + author), 'screen_name': 'author_%d' % author, 'followers_count': author},
            'favorite_count': 0, 'retweet_count': 0, **more}


def feed_of_v1(count):
    """Posts around a leap day, originals seen again with other counts, removals, marks."""
    dice = random.Random(19)
    begin = 1709078400000  # 2024-02-28T00:00:00Z
    lines, originals = [], []
    for n in range(count):
        ms = begin + n * 250_000_000 // count + dice.randrange(1000)
        post = status(dice, 10**6 + n, ms // 1000 * 1000)
        if originals and dice.random() < 0.3:
            seen = dict(dice.choice(originals), favorite_count=dice.randrange(50), retweet_count=dice.randrange(9))
            post = dict(post, text='RT', retweeted_status=seen)
        else:
            originals.append(post)
        lines.append(dict(post, timestamp_ms=str(ms)))
        if dice.random() < 0.05:
            gone = dice.choice(originals)
            lines.append({'delete': {'status': {'id_str': gone['id_str'], 'user_id_str': gone['user']['id_str']},
                                     'timestamp_ms': str(ms + 5)}})
        if dice.random() < 0.02:
            lines.append({'user_protect': {'id_str': str(5000 + dice.randrange(40)), 'timestamp_ms': str(ms + 6)}})
            lines.append({'status_withheld': {'status': {'id_str': dice.choice(originals)['id_str'], 'user_id_str': '1'},
                                              'withheld_in_countries': ['DE', 'FR'], 'timestamp_ms': str(ms + 7)}})
    return lines


def feed_of_v2(count):
    """Chains of edits, each version a post with an id of its own."""
    dice = random.Random(20)
    lines = []
    for n in range(count):
        ids = [str(2 * 10**6 + n * 10 + version) for version in range(dice.choice((1, 1, 2, 3)))]
        for version, id in enumerate(ids):
            lines.append({'data': {'id': id, 'text': dice.choice(TEXTS).format(tag='edit%d' % version),
                                   'created_at': '2024-02-29T%02d:59:59.%03dZ' % (n % 24, version), 'author_id': str(6000 + n % 30),
                                   'edit_history_tweet_ids': ids[:version + 1],
                                   'public_metrics': {'like_count': version, 'retweet_count': 0, 'reply_count': 0, 'quote_count': 0}}})
    return lines


def feed_of_neutral(count):
    """Posts whose text is edited under one id."""
    lines = []
    for n in range(count):
        for version in range(n % 4):
            lines.append(tweet(3 * 10**6 + n, 'Version %d of %d #edited' % (version, n), '2024-02-29T12:00:00Z',
                               observed_at='2024-02-29T12:%02d:%02dZ' % (version, n % 60)))
    return lines


class Feeds(FaultTest):
    def take(self, name, feeds, **more):
        """Replays into a data folder of its own; the dump of its tables. Each half of a feed has a process of its own, so that
        what the first has told is known from the tables alone."""
        self.data = name
        halves = [half for lines in feeds for half in (lines[:len(lines) // 2], lines[len(lines) // 2:])]
        for number, lines in enumerate(halves):
            self.run_through('replay', self.write('%s-%d.ndjson' % (name, number), lines), **more)
        self.verify()
        return self.dump()


class Order(Feeds):
    @must_fail_with(ignore_revision='the tables differ|FAIL search', forget_tombstone='the tables differ|FAIL',
                    count_all_rows='FAIL hourly', hour_of_arrival='FAIL hourly')
    def test_one_feed_in_any_order_gives_the_same_tables(self):
        v1, v2, edited = feed_of_v1(300 * LOAD), feed_of_v2(60 * LOAD), feed_of_neutral(60 * LOAD)
        dice = random.Random(4)
        shuffled = lambda lines: dice.sample(lines, len(lines))
        wanted = self.take('sorted', [v1, v2, edited])
        self.assertTrue(all(wanted.values()), {name: len(rows) for name, rows in wanted.items()})
        self.same(self.take('reversed', [edited[::-1], v2[::-1], v1[::-1]]), wanted, 'reversed')
        self.same(self.take('shuffled', [shuffled(v1), shuffled(edited), shuffled(v2)]), wanted, 'shuffled')
        self.same(self.take('twice', [v1, v2, edited, shuffled(v1), shuffled(v2), shuffled(edited)]), wanted, 'twice')


class Clock(Feeds):
    def test_a_clock_that_is_wrong_or_steps_changes_nothing(self):
        feed = [feed_of_v1(150 * LOAD), feed_of_v2(30 * LOAD)]
        wanted = self.take('right', feed)
        for name, shift, step in (('ahead', 3600, 0), ('behind', -3600, 0), ('stepping', 5400, 1), ('back', -86400, 1)):
            found = self.take(name, feed, LD_PRELOAD=str(CLOCK_SHIFT), TWEETPULSE_CLOCK_SHIFT=str(shift), TWEETPULSE_CLOCK_STEP=str(step))
            self.same(found, wanted, name)

    def test_the_shifted_clock_is_really_seen(self):
        self.run_through('replay', self.write('a.ndjson', [tweet(1)]), LD_PRELOAD=str(CLOCK_SHIFT), TWEETPULSE_CLOCK_SHIFT='-7200')
        (packed,), = self.rows('store', 'SELECT packed FROM tweet_bodies')
        received = datetime.datetime.fromtimestamp(json.loads(packed)['received_at'] / 1000, datetime.timezone.utc)
        ago = datetime.datetime.now(datetime.timezone.utc) - received
        self.assertLess(abs(ago - datetime.timedelta(hours=2)), datetime.timedelta(minutes=10))

    @must_fail_with(hour_of_arrival='FAIL hourly|hours')
    def test_hours_on_leap_days_changes_of_clocks_and_borders(self):
        cases = {  # created_at -> the hour that counts it
            '2024-02-29T23:59:59.999Z': '2024-02-29T23', '2024-03-01T00:00:00Z': '2024-03-01T00',
            '2025-02-28T23:30:00-05:00': '2025-03-01T04', '2026-03-29T02:30:00+01:00': '2026-03-29T01',
            '2026-03-29T03:00:00+02:00': '2026-03-29T01', '2025-10-26T02:30:00+02:00': '2025-10-26T00',
            '2025-10-26T02:30:00+01:00': '2025-10-26T01', '2025-12-31T23:59:59Z': '2025-12-31T23',
            '2025-12-31T23:59:60Z': '2026-01-01T00', '2026-01-01T05:29:59+05:30': '2025-12-31T23',
            '2026-01-01T05:30:00+05:30': '2026-01-01T00', '2006-03-21T20:50:14Z': '2006-03-21T20',
        }
        self.run_through('replay', self.write('a.ndjson', [tweet(n, created=when) for n, when in enumerate(cases, 1)]))
        self.verify([str(n) for n in range(1, len(cases) + 1)])
        counted = {}
        for hour, tweets in self.rows('store', 'SELECT hour, sum(tweets) FROM tweet_aggregations GROUP BY hour'):
            counted[datetime.datetime.fromtimestamp(hour / 1000, datetime.timezone.utc).strftime('%Y-%m-%dT%H')] = tweets
        self.assertEqual(counted, {hour: list(cases.values()).count(hour) for hour in cases.values()}, 'hours')


if __name__ == '__main__':
    unittest.main()
