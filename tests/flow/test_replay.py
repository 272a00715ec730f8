"""Files into the pipeline by `tweetpulse replay`, as a user runs it."""
import gzip
import subprocess
import unittest

from tests.flow.product import ProductTest, ndjson, tweet


class Replay(ProductTest):
    def test_a_file_is_stored_counted_and_searchable(self):
        process = self.run_through('replay', self.write('a.ndjson', [tweet(n) for n in range(1, 501)]))
        self.assertIn('received 500 = accepted 500 + duplicate 0 + filtered 0 + refused 0', process.out)
        self.verify([str(n) for n in range(1, 501)])
        self.start_run()
        self.assertEqual(len(self.stored_ids()), 500)
        self.assertEqual(self.get('/api/elastic/search', q='#flow', size=1, track_total='true')['meta']['total'], 500)
        hours = self.get('/api/aggregations/hourly')['data']
        self.assertEqual([(h['hour'], h['tweets']) for h in hours], [('2026-03-01T12:00:00.000Z', 500)])

    def test_packed_files_and_standard_input(self):
        plain = ndjson([tweet(n) for n in range(1, 21)])
        zst = subprocess.run(['zstd', '-q', '-c'], input=ndjson([tweet(n) for n in range(21, 41)]), capture_output=True, check=True).stdout
        self.run_through('replay', self.write('a.ndjson.gz', gzip.compress(plain)), self.write('b.ndjson.zst', zst))
        pipe = subprocess.Popen(['cat', self.write('c.ndjson', [tweet(n) for n in range(41, 61)])], stdout=subprocess.PIPE)
        self.run_through('replay', '-', stdin=pipe.stdout)
        pipe.stdout.close()
        pipe.wait()
        self.verify([str(n) for n in range(1, 61)])

    def test_the_same_file_again_changes_nothing(self):
        file = self.write('a.ndjson', [tweet(n) for n in range(1, 101)])
        self.run_through('replay', file)
        self.run_through('replay', file)
        self.verify([str(n) for n in range(1, 101)])

    def test_bad_lines_are_told_with_their_reason_and_harm_nobody(self):
        lines = ndjson([tweet(1)]) + b'{"id":\n\n\xff\n' + ndjson([tweet(2)]) + b'[]\n' + ndjson([tweet(3)])
        process = self.run_through('replay', self.write('a.ndjson', lines), code=3)
        for reason in ('not_json', 'invalid_utf8', 'not_object'):
            self.assertIn('refused %s: 1' % reason, process.out)
        self.run_through('replay', self.write('b.ndjson', b'nonsense\n'), code=65)
        self.verify(['1', '2', '3'])
        self.start_run()
        letters = self.get('/api/dead-letters', group='ingest')['data']
        self.assertEqual(sorted(x['reason'] for x in letters), ['invalid_utf8', 'not_json', 'not_json', 'not_object'])

    def test_an_empty_file_is_done_at_once(self):
        self.run_through('replay', self.write('empty.ndjson', b''))
        self.verify([])

    def test_what_cannot_be_opened_is_named(self):
        process = self.run_through('replay', str(self.folder / 'absent.ndjson'), code=65)
        self.assertIn('absent.ndjson', process.words())

    def test_a_cut_archive_gives_what_is_whole_and_one_refusal(self):
        packed = gzip.compress(ndjson([tweet(n) for n in range(1, 2001)]))
        process = self.run_through('replay', self.write('a.ndjson.gz', packed[:-200]), code=3)
        self.assertIn('refused truncated_file: 1', process.out)

    def test_beside_a_run_it_only_feeds(self):
        self.start_run()
        self.run_through('replay', self.write('a.ndjson', [tweet(n) for n in range(1, 301)]))
        self.until(self.at_rest, 30, 'rest')
        self.assertEqual(len(self.stored_ids()), 300)


class Kills(ProductTest):
    def test_replay_goes_on_after_kill_9(self):
        count = 20000
        file = self.write('a.ndjson', [tweet(n) for n in range(1, count + 1)])
        kills = 0
        for moment in (0.15, 0.3, 0.2, 0.4):
            process = self.start('replay', file)
            try:
                process.child.wait(moment)
            except subprocess.TimeoutExpired:
                process.kill()
                kills += 1
        self.assertGreater(kills, 1)
        self.run_through('replay', file)
        self.verify([str(n) for n in range(1, count + 1)])


if __name__ == '__main__':
    unittest.main()
