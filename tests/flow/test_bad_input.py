"""Bad input is refused with its reason, harms no neighbour and is kept: F17; a full filter loses nothing: F16."""
import collections
import json
import unittest

from tests.flow.fault import LOAD, FaultTest, must_fail_with
from tests.flow.product import ROOT, ndjson, tweet

LINES = (ROOT / 'tests/data/bad/lines.ndjson').read_bytes().split(b'\n')[:-1]
EXPECTED = (ROOT / 'tests/data/bad/expected.txt').read_text().split()
LARGE = [(b'{"id":"1","text":"' + b'x' * 3_000_000 + b'"}', 'too_long'), (b'[' * 40_000 + b']' * 40_000, 'too_deep'),
         (b'{"a":' * 40_000 + b'1' + b'}' * 40_000, 'too_deep'), (b'[' * 40_000, 'not_json'),
         (json.dumps(tweet(699, text='after the large ones')).encode(), 'stored')]
ALL = list(zip(LINES, EXPECTED)) + LARGE
REASONS = {'too_long', 'too_deep', 'invalid_utf8', 'not_json', 'not_object', 'unknown_shape', 'bad_id', 'bad_text',
           'bad_created_at', 'bad_author', 'created_at_out_of_range', 'invalid_unicode', 'nul_in_text'}


def expected_ids():
    return sorted(json.loads(line)['id'] for line, what in ALL if what == 'stored')


def refusals():
    return [(number, what) for number, (_, what) in enumerate(ALL, 1) if what not in ('stored', 'blank')]


class BadInput(FaultTest):
    body = b''.join(line + b'\n' for line, _ in ALL)

    def test_the_corpus_has_every_reason(self):
        self.assertEqual(len(LINES), len(EXPECTED))
        self.assertEqual({what for _, what in refusals()}, REASONS)

    def check_letters(self):
        reasons = self.rows('queue', "SELECT reason, count(*) FROM dead_letters WHERE grp = 'ingest' AND state = 0 GROUP BY reason")
        self.assertEqual(dict(reasons), collections.Counter(what for _, what in refusals()))
        (longest,), = self.rows('queue', 'SELECT max(length(payload)) FROM dead_letters')
        self.assertLessEqual(longest, 64 * 1024)

    def test_by_file(self):
        process = self.run_through('replay', self.write('bad.ndjson', self.body), code=3)
        for what, count in collections.Counter(what for _, what in refusals()).items():
            self.assertIn('refused %s: %d\n' % (what, count), process.out)
        self.verify(expected_ids())
        self.check_letters()

    def test_by_post(self):
        process = self.start_run()
        status, answer = self.push(self.body)
        self.assertEqual(status, 202, answer)
        self.assertEqual([(r['line'], r['reason']) for r in answer['refused']], refusals())
        self.until(self.at_rest)
        self.assertEqual(self.stored_ids(), expected_ids())
        self.assertEqual(process.stop(), 0, process.words())
        self.verify(expected_ids())
        self.check_letters()

    def test_each_alone_is_422_and_the_process_goes_on(self):
        process = self.start_run()
        for line, what in [(line, what) for line, what in ALL if what not in ('stored', 'blank')]:
            status, answer = self.push(line + b'\n')
            self.assertIn(status, (400, 422), (what, line[:80], answer))
        self.assertTrue(process.running())
        self.push([tweet(1)])
        self.until(self.at_rest)
        self.assertEqual(self.stored_ids(), ['1'])

    def test_texts_are_stored_byte_for_byte(self):
        self.start_run()
        self.push(self.body)
        self.until(self.at_rest)
        for line, what in ALL:
            if what == 'stored':
                wanted = json.loads(line)
                self.assertEqual(self.get('/api/tweets/' + wanted['id'])['data']['text'], wanted['text'])

    def test_posts_of_an_erased_author_are_refused(self):
        self.start_run()
        self.push([tweet(1, author=1), tweet(2, author=2)])
        self.until(self.at_rest)
        status, answer = self.push([{'user_delete': {'id_str': '9001', 'timestamp_ms': '1772366400000'}}], format='x_v1')
        self.assertEqual(status, 202, answer)
        self.until(self.at_rest)
        status, answer = self.push([tweet(3, author=1), tweet(4, author=2)])
        self.assertEqual([(r['line'], r['reason']) for r in answer['refused']], [(1, 'author_erased')])
        self.until(self.at_rest)
        self.assertEqual(self.stored_ids(), ['2', '4'])
        self.verify()


class FullFilter(FaultTest):
    @must_fail_with(trust_filter='FAIL lossless')
    def test_no_tweet_is_lost_when_every_id_seems_seen(self):
        self.start_run(settings=['coordination.seen_capacity=1'])
        ids = []
        for batch in range(10 * LOAD):
            ids += self.push_until_accepted([tweet(batch * 200 + n + 1) for n in range(200)])
        self.until(self.at_rest)
        status, answer = self.push([tweet(n) for n in range(1, 101)])
        self.assertEqual((status, answer['duplicate']), (202, 100))
        self.verify(ids)


if __name__ == '__main__':
    unittest.main()
