"""Faults of the queue on a real Redis, and of those who write and read it: F1-F5 F16 F18 F29 of the fault table."""
import json
import random
import re
import time
import unittest

from tests.flow import test_kills
from tests.flow.fault import LOAD, must_fail_with
from tests.flow.product import tweet
from tests.flow.server_fault import Load, ServerTest, outage


class WorkersKilled(ServerTest):
    def pending(self, group):
        """Ids of the tweets that a reader of the group has not acked."""
        entries = [entry[0] for entry in self.redis.call('XPENDING', 'tweets', group, '-', '+', 10000)]
        return {id for entry in entries for id in self.queued_ids(entry, entry)}

    @must_fail_with(ack_before_commit='FAIL (lossless|search)')
    def test_f1_in_the_middle_of_a_batch(self):
        ids = self.queued(600 * LOAD)
        for role in ('elastic-worker', 'persist-worker'):
            self.lives('mid_batch:2', role, 2 * min(LOAD, 5))
        self.finish(ids, self.begin())

    @must_fail_with(count_all_rows='FAIL hourly')
    def test_f1_between_commit_and_ack(self):
        ids = self.queued(600 * LOAD)
        self.lives('after_commit_before_ack', 'persist-worker', 3)
        self.assertTrue(self.pending('persist') & set(self.stored()), 'nothing is stored and still to be acked')
        self.finish(ids, self.begin())

    def test_f1_between_bulk_and_ack(self):
        ids = self.queued(600 * LOAD)
        self.lives('after_bulk_before_ack', 'elastic-worker', 3)
        self.assertTrue(self.pending('elastic') & {hit['_id'] for hit in self.documents()}, 'nothing is indexed and still to be acked')
        self.finish(ids, self.begin())

    @must_fail_with(count_deliveries='dead letters of a worker')
    def test_f1_often_but_not_by_the_tweet(self):
        ids = self.queued(150)
        self.lives('mid_batch:1', 'persist-worker', 5)
        self.finish(ids, self.begin())

    def test_f1_at_random_moments(self):
        seed = random.randrange(10**6)
        print('seed', seed)
        dice = random.Random(seed)
        started = self.begin()
        load = Load(self, 6000 * LOAD)
        for _ in range(4 * min(LOAD, 5)):
            name = dice.choice(('elastic-worker', 'persist-worker'))
            time.sleep(dice.uniform(0.1, 0.8))
            started[name].kill()
            started[name] = self.role(name, name + '-1')
        self.finish(load.wait(), started)

    def test_f18_a_tweet_that_kills_is_buried_and_the_others_flow(self):
        tweets = [tweet(n) for n in range(1, 301)]
        started = self.begin('api')
        self.push_until_accepted(tweets)
        for role in ('persist-worker', 'elastic-worker'):
            self.deaths_by_one_tweet(role)
        started.update(self.begin('persist-worker', 'elastic-worker'))
        self.finish([t['id'] for t in tweets], started, buried=[('kills_worker', '137')])
        self.assertEqual(self.postgres.psql("SELECT count(*) FROM tweets"), [('299',)])

    def deaths_by_one_tweet(self, role):
        group = role.split('-')[0]
        for _ in range(30):
            process = self.role(role, role + '-1', TWEETPULSE_FAILPOINT='id:137')
            self.until(lambda: not process.running() or self.waiting(group) == 0, 60, 'a death or rest')
            if process.running():
                self.assertEqual(process.stop(), 0, process.words())
                return
            process.wait()
        self.fail('%s never buried the tweet' % role)


class IngestKilled(ServerTest, test_kills.IngestKilled):
    """F2: the tests of the embedded adapters, on servers: there `replay` brings no workers."""

    def setUp(self):
        super().setUp()
        self.begin('elastic-worker', 'persist-worker')


class Killed(ServerTest):
    def test_f3_redis_is_killed_under_load(self):
        started = self.begin()
        load = Load(self, 6000 * LOAD)
        self.until(load.begun)
        for _ in range(5 if LOAD > 1 else 3):
            time.sleep(0.4)
            self.redis.kill9()
            time.sleep(0.2)
            self.redis.start()
        self.finish(load.wait(), started)

    def test_f29_redis_is_slow(self):
        started = self.begin()
        load = Load(self, 6000 * LOAD)
        self.until(load.begun)
        client = self.redis.client()
        self.addCleanup(client.close)
        client.call('CLIENT', 'PAUSE', int(outage(5000)))
        time.sleep(outage(5))
        client.call('DEBUG', 'SLEEP', outage(3))
        for _ in range(int(outage(50))):
            client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
            time.sleep(0.2 if LOAD == 1 else 1)
        self.finish(load.wait(), started)


class QueueLost(ServerTest):
    def setUp(self):
        super().setUp()
        self.epoch = None
        self.file_ids = [str(n) for n in range(1, 1200 * min(LOAD, 5) + 1)]
        self.file = self.write('feed.ndjson', [tweet(int(n)) for n in self.file_ids])

    def replayed(self):
        self.run_through('replay', self.file)

    def gaps(self):
        return [json.loads(row) for (row,) in self.postgres.psql("SELECT to_jsonb(gaps) FROM gaps WHERE cause = 'queue_lost'")]

    def lost(self, damage):
        """What a file has pushed and nobody has read is damaged; then the product goes on."""
        started = self.begin('api')
        self.replayed()
        self.until(lambda: self.get('/api/ingestion')['data']['queue']['groups'][0]['lag'] > 0)
        damage()
        self.until(self.groups_at_begin, 20, 'the groups made anew')
        self.until(self.gaps, 15, 'the gap of the loss')
        self.replayed()
        started.update(self.begin('elastic-worker', 'persist-worker'))
        self.finish(self.file_ids, started)

    def groups_at_begin(self):
        return all(g['last-delivered-id'] == b'0-0' for g in self.groups().values())

    @must_fail_with(ignore_epoch='the gap of the loss')
    def test_f5_flushall(self):
        self.lost(lambda: self.redis.call('FLUSHALL'))

    def test_f5_the_stream_is_deleted(self):
        self.lost(lambda: self.redis.call('DEL', 'tweets'))

    @must_fail_with(group_at_end='FAIL (lossless|search|books)|the groups made anew did not come true')
    def test_f5_the_groups_are_destroyed(self):
        started = self.begin()
        for name in ('elastic-worker', 'persist-worker'):
            started[name].child.send_signal(19)
        self.replayed()
        for group in ('elastic', 'persist'):
            self.redis.call('XGROUP', 'DESTROY', 'tweets', group)
        for name in ('elastic-worker', 'persist-worker'):
            started[name].child.send_signal(18)
        self.until(lambda: self.settled() and len(self.stored()) > 0, 30, 'the groups made anew')
        self.finish(self.file_ids, started)

    def test_f5_a_key_of_the_wrong_type(self):
        started = self.begin()
        self.replayed()
        self.until(self.settled)
        self.redis.call('DEL', 'tweets')
        self.redis.call('SET', 'tweets', 'nonsense')
        time.sleep(2)
        for process in started.values():
            self.assertTrue(process.running(), process.words())
            self.assertLess(len(re.findall('WARN|ERROR|"level":"(?:warn|error)', process.words())), 15)
        self.push_until_accepted([tweet(90001)])
        self.assertEqual(self.redis.call('TYPE', 'tweets'), b'stream')
        self.finish([*self.file_ids, '90001'], started)

    def cut(self, size):
        self.redis.kill9()
        log = self.redis.log()
        with open(log, 'r+b') as file:
            file.truncate(max(0, log.stat().st_size - size))
        self.redis.start()

    def test_f4_the_tail_of_the_log_is_gone(self):
        started = self.begin('api')
        pushed = self.push_until_accepted([tweet(50000 + n) for n in range(200)])
        self.replayed()
        pushed += self.push_until_accepted([tweet(60000 + n) for n in range(50)])
        time.sleep(1.5)  # what was pushed last is noted each second
        self.cut(65536)
        lost = {*self.file_ids, *pushed} - set(self.queued_ids())
        self.assertTrue(lost & set(pushed), 'nothing was cut off')
        self.until(self.gaps, 15, 'the gap of the loss')
        self.assertEqual(sum(gap['lost'] for gap in self.gaps()), len(lost))
        self.replayed()
        started.update(self.begin('elastic-worker', 'persist-worker'))
        self.until(self.settled, 60, 'rest')
        missing = {*self.file_ids, *pushed} - set(self.stored())
        self.assertEqual(missing, lost & set(pushed), 'a file lost tweets')
        self.verify(sorted({*self.file_ids, *pushed} - missing))
        self.end_roles(started)


class Filter(ServerTest):
    """F16: a hit is a guess, whatever the filter holds."""
    def setUp(self):
        super().setUp()
        self.fed = 0

    def filters(self):
        return self.redis.call('KEYS', '*:seen:*')

    def pushed(self, count=400):
        self.fed += count
        return self.push_until_accepted([tweet(n) for n in range(self.fed - count + 1, self.fed + 1)])

    def all_ones(self):
        for key in self.filters():
            chunks, place = [], 0
            while True:
                place, data = self.redis.call('BF.SCANDUMP', key, place)
                if not place:
                    break
                chunks.append((place, data))
            self.redis.call('DEL', key)
            for number, (place, data) in enumerate(chunks):
                self.redis.call('BF.LOADCHUNK', key, place, data if number == 0 else b'\xff' * len(data))

    @must_fail_with(trust_filter='FAIL lossless')
    def test_f16_saturated_deleted_of_wrong_type(self):
        started = self.begin(settings=['coordination.seen_capacity=50000'])
        ids = self.pushed()
        self.assertTrue(self.filters(), 'no filter in Redis')
        self.all_ones()
        ids += self.pushed()
        self.redis.call('DEL', *self.filters())
        ids += self.pushed()
        for key in self.filters():
            self.redis.call('SET', key, 'nonsense')
        ids += self.pushed()
        self.finish(ids, started)

    def test_f16_far_too_small(self):
        started = self.begin(settings=['coordination.seen_capacity=10'])
        ids = self.pushed() + self.pushed()
        self.finish(ids, started)


if __name__ == '__main__':
    unittest.main()
