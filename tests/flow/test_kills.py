"""kill -9 and SIGTERM at the worst moments: F1 F2 F18 F21 of the fault table."""
import json
import random
import signal
import sqlite3
import threading
import time
import unittest

from tests.flow.fault import LOAD, FaultTest, must_fail_with
from tests.flow.product import ndjson, tweet


class WorkersKilled(FaultTest):
    @must_fail_with(ack_before_commit='FAIL (lossless|search)')
    def test_in_the_middle_of_a_batch(self):
        ids = self.queued(600 * LOAD)
        lives = [self.run_until_killed('mid_batch:%d' % (1 + life % 3)) for life in range(6)]
        self.assertTrue(all(lives))
        self.drain()
        self.verify(ids)

    @must_fail_with(count_all_rows='FAIL hourly')
    def test_between_commit_and_ack(self):
        ids = self.queued(600 * LOAD)
        for life in range(3):
            self.assertTrue(self.run_until_killed('after_commit_before_ack'))
            pending = {json.loads(payload)['id'] for (payload,) in self.rows(
                'queue', "SELECT payload FROM entries JOIN pending USING (seq) WHERE grp = 'persist'")}
            stored = {id for (id,) in self.rows('store', 'SELECT id FROM tweets')}
            self.assertTrue(pending & stored, 'nothing is stored and still to be acked')
        self.drain()
        self.assertEqual(self.letters('persist') + self.letters('elastic'), [])
        self.verify(ids)

    def test_between_bulk_and_ack(self):
        ids = self.queued(600 * LOAD)
        for life in range(3):
            self.assertTrue(self.run_until_killed('after_bulk_before_ack'))
        self.drain()
        self.assertEqual(self.letters('persist') + self.letters('elastic'), [])
        self.verify(ids)

    def test_at_random_moments(self):
        seed = random.randrange(10**6)
        print('seed', seed)
        dice = random.Random(seed)
        ids = self.queued(4000 * LOAD)
        for life in range(4 * min(LOAD, 5)):
            process = self.start('run')
            time.sleep(dice.uniform(0.03, 0.4))
            process.kill()
        self.drain()
        self.assertEqual(self.letters('persist') + self.letters('elastic'), [])
        self.verify(ids)

    @must_fail_with(count_deliveries='dead letters of a worker')
    def test_often_but_not_by_the_tweet(self):
        ids = self.queued(150)
        # Two deaths in a batch and three alone are no proof against a tweet; five alone would be.
        for life in range(5):
            self.assertTrue(self.run_until_killed('mid_batch:1', 'api', 'persist-worker'))
        self.drain()
        self.assertEqual(self.letters('persist'), [], 'dead letters of a worker')
        self.verify(ids)

    def test_a_tweet_that_kills_is_buried_and_the_others_flow(self):
        tweets = [tweet(n) for n in range(1, 301)]
        self.start_run(settings=['roles=api'])
        self.push(tweets)
        self.processes[-1].kill()
        lives = 0
        while self.run_until_killed('id:137'):
            lives += 1
            self.assertLess(lives, 30)
        print('%d lives' % lives)
        self.assertEqual(self.letters('persist'), [('kills_worker', '137')])
        self.assertEqual(self.letters('elastic'), [('kills_worker', '137')])
        self.verify([t['id'] for t in tweets])
        self.assertEqual(self.rows('store', "SELECT count(*), total(id = '137') FROM tweets"), [(299, 0)])


class IngestKilled(FaultTest):
    def replay_with_kills(self, failpoint, count):
        file = self.write('feed.ndjson', [tweet(n) for n in range(1, count + 1)])
        killed = 0
        for passage in (1, 2, 1, 3):
            process = self.start('replay', file, TWEETPULSE_FAILPOINT='%s:%d' % (failpoint, passage))
            killed += process.wait(60) == -9
        self.assertGreater(killed, 1)
        self.run_through('replay', file)
        self.drain()
        self.verify([str(n) for n in range(1, count + 1)])

    @must_fail_with(cursor_before_push='FAIL lossless')
    def test_a_file_between_filter_and_push(self):
        self.replay_with_kills('after_filter_before_push', 6000 * LOAD)

    def test_a_file_between_push_and_cursor(self):
        self.replay_with_kills('after_push_before_cursor', 6000 * LOAD)

    def test_http_between_filter_and_push(self):
        ids = []
        for life in range(3):
            process = self.start_run(TWEETPULSE_FAILPOINT='after_filter_before_push:3')
            batches = [[tweet(life * 1000 + b * 100 + n + 1) for n in range(100)] for b in range(3)]
            for batch in batches[:2]:
                ids += self.push_until_accepted(batch)
            with self.assertRaises(OSError):
                self.push(batches[2])
            self.assertEqual(process.wait(), -9)
            again = self.start_run()
            ids += self.push_until_accepted(batches[2])
            again.kill()
        self.drain()
        self.verify(ids)

    @must_fail_with(answer_before_push='FAIL lossless')
    def test_http_right_after_the_answer(self):
        ids = []
        for life in range(3):
            process = self.start_run()
            for batch in range(3):
                ids += self.push_until_accepted([tweet(life * 1000 + batch * 100 + n + 1) for n in range(100)])
            process.kill()
        self.drain()
        self.verify(ids)

    def test_http_under_load(self):
        accepted, lock = [], threading.Lock()
        for life in range(2 * min(LOAD, 5)):
            process = self.start_run()
            def send(sender):
                for batch in range(1000):
                    tweets = [tweet(life * 10**7 + sender * 10**6 + batch * 50 + n + 1) for n in range(50)]
                    try:
                        if self.push(tweets)[0] != 202:
                            continue
                    except OSError:
                        return
                    except Exception:  # the answer was cut in its middle
                        return
                    with lock:
                        accepted.extend(t['id'] for t in tweets)
            senders = [threading.Thread(target=send, args=(n,)) for n in range(3)]
            for sender in senders:
                sender.start()
            time.sleep(0.5)
            process.kill()
            for sender in senders:
                sender.join()
        self.drain()
        # What was pushed and not answered may be there too: only what was promised is asked for.
        stored = {id for (id,) in self.rows('store', 'SELECT id FROM tweets')}
        self.assertGreater(len(accepted), 100)
        self.assertEqual(set(accepted) - stored, set())
        self.verify(sorted(stored))


class Stopped(FaultTest):
    def loaded(self):
        """A running product with senders that go on until it is gone; what was answered 202."""
        process, accepted = self.start_run(), []
        def send(sender):
            for batch in range(10**6):
                tweets = [tweet(sender * 10**7 + batch * 50 + n + 1) for n in range(50)]
                try:
                    if self.push(tweets)[0] == 202:
                        accepted.extend(t['id'] for t in tweets)
                except Exception:  # it is gone
                    return
        senders = [threading.Thread(target=send, args=(n,)) for n in range(2)]
        for sender in senders:
            sender.start()
            self.addCleanup(sender.join)
        self.until(lambda: len(accepted) > 1000 * min(LOAD, 5), 60, 'load')
        return process, accepted, senders

    def check(self, accepted, senders):
        for sender in senders:
            sender.join()
        self.drain()
        stored = {id for (id,) in self.rows('store', 'SELECT id FROM tweets')}
        self.assertEqual(set(accepted) - stored, set())
        self.verify(sorted(stored))

    def test_sigterm_under_load_exits_0(self):
        process, accepted, senders = self.loaded()
        self.assertEqual(process.stop(), 0, process.words())
        self.check(accepted, senders)

    def test_a_second_sigterm_ends_at_once_and_loses_nothing(self):
        process, accepted, senders = self.loaded()
        process.child.send_signal(signal.SIGTERM)
        time.sleep(0.06)
        code = process.stop(signal.SIGTERM, 10)
        self.assertIn(code, (0, 143), process.words())
        self.check(accepted, senders)

    def test_with_the_store_away_says_what_stays_pending(self):
        process = self.start_run(settings=['shutdown.timeout=25s'])
        away = sqlite3.connect(self.folder_of_data() / 'store.db', isolation_level=None)
        away.execute('BEGIN IMMEDIATE')
        status, answer = self.push([tweet(n) for n in range(1, 51)])
        self.assertEqual(status, 202, answer)
        self.until(lambda: 'tried again' in process.words(), 60, 'a failed batch')
        self.assertEqual(process.stop(), 0, process.words())
        self.assertRegex(process.words(), 'stays? pending')
        away.execute('ROLLBACK')
        away.close()
        self.drain()
        self.verify([str(n) for n in range(1, 51)])

    def test_a_stop_that_takes_too_long_is_cut_and_loses_nothing(self):
        process = self.start_run(settings=['shutdown.timeout=1s'])
        away = sqlite3.connect(self.folder_of_data() / 'store.db', isolation_level=None)
        away.execute('BEGIN IMMEDIATE')
        self.assertEqual(self.push([tweet(n) for n in range(1, 51)])[0], 202)
        self.assertEqual(process.stop(), 0, process.words())
        self.assertIn('stays pending', process.words())
        away.execute('ROLLBACK')
        away.close()
        self.drain()
        self.verify([str(n) for n in range(1, 51)])

    def test_a_replay_that_is_stopped_goes_on(self):
        count = 20000
        file = self.write('feed.ndjson', [tweet(n) for n in range(1, count + 1)])
        for pause in (0.2, 0.4):
            process = self.start('replay', file)
            time.sleep(pause)
            self.assertEqual(process.stop(), 0, process.words())
        self.run_through('replay', file)
        self.drain()
        self.verify([str(n) for n in range(1, count + 1)])


if __name__ == '__main__':
    unittest.main()
