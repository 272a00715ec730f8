"""Faults of the store on a real PostgreSQL, and full disks: F6 F7 F13 F15 of the fault table."""
import os
import time
import unittest

from tests.flow import test_disk
from tests.flow.fault import LOAD, must_fail_with
from tests.flow.fault_proxy import FaultProxy
from tests.flow.product import tweet
from tests.flow.server_fault import Load, ServerTest, outage
from tests.flow.servers import DURABLE, Postgres, Redis


class Overlap(ServerTest):
    def pushed_twice(self, blocks):
        """Each id comes twice, the second time in the other order, so that two workers have it at one time."""
        ids = []
        for block in range(blocks):
            tweets = [tweet(block * 100 + n + 1, author=n, created='2026-03-01T%02d:00:00.000Z' % (n % 24)) for n in range(100)]
            ids += self.push_until_accepted(tweets)
            self.push_until_accepted(tweets[::-1])
        return ids

    @must_fail_with(unsorted_ids='deadlock')
    def test_f6_four_writers_and_kills(self):
        said = len(self.postgres.words())
        started = self.begin('api')
        ids = self.pushed_twice(30 * LOAD)
        writers = {'persist-%d' % n: self.role('persist-worker', 'persist-%d' % n) for n in range(4)}
        started.update(writers)
        self.until(lambda: len(self.stored()) > len(ids) // 4, 60, 'load')
        for name in ('persist-1', 'persist-2'):
            started[name].kill()
            started[name] = self.role('persist-worker', name)
        self.until(lambda: len(self.stored()) > len(ids) // 2, 60, 'load')
        if victims := self.postgres.psql("SELECT pid FROM pg_stat_activity WHERE datname = 'tweetpulse' AND pid <> pg_backend_pid() LIMIT 1"):
            os.kill(int(victims[0][0]), 9)  # PostgreSQL then starts anew, with all its backends
        started['elastic-worker'] = self.role('elastic-worker', 'elastic-1')
        self.until(lambda: self.waiting('persist') == 0, 60, 'rest')
        self.until(self.postgres.answers, 30, 'PostgreSQL')  # all may have been stored before it was hurt
        self.assertNotIn('deadlock detected', self.postgres.words()[said:])
        self.assertEqual(self.postgres.psql('SELECT count(*) FROM tweets'), [(str(len(ids)),)])
        self.assertEqual(self.postgres.psql('SELECT sum(tweets) FROM tweet_aggregations'), [(str(len(ids)),)])
        self.finish(ids, started)

    @must_fail_with(count_all_rows='FAIL hourly')
    def test_f7_the_answer_to_a_commit_is_lost(self):
        proxy = self.through(FaultProxy(self.postgres.port), 'DATABASE_URL')
        ids = self.queued(600 * LOAD)
        started = self.begin('api', 'persist-worker')
        self.until(lambda: len(self.stored()) > 0)
        proxy.cut_after_match(b'COMMIT', 5)
        started['elastic-worker'] = self.role('elastic-worker', 'elastic-1')
        self.until(self.settled, 60, 'rest')
        self.assertGreater(proxy.cuts, 0, 'no COMMIT was cut')
        self.finish(ids, started)


class Away(ServerTest):
    @must_fail_with(trim_by_length='FAIL (lossless|books)')
    def test_f13_postgresql_stands_still(self):
        started = self.begin()
        load = Load(self, 6000 * LOAD)
        self.until(lambda: len(self.stored()) > 0)
        self.postgres.pause()
        self.addCleanup(self.postgres.go_on)
        before = self.rss_mb(started['persist-worker'])
        time.sleep(outage(60))
        self.assertGreater(self.waiting('persist'), 1000)
        self.assertLess(self.waiting('elastic'), self.waiting('persist') // 2, 'the index waits for the store')
        self.assertLess(self.rss_mb(started['persist-worker']), before + 64)
        self.postgres.go_on()
        self.finish(load.wait(), started)

    def test_f13_all_backends_are_terminated_each_second(self):
        started = self.begin()
        load = Load(self, 6000 * LOAD)
        self.until(load.begun)
        for _ in range(int(outage(30))):
            self.postgres.terminate_backends()
            time.sleep(1)
        self.finish(load.wait(), started)

    def test_f13_postgresql_is_killed(self):
        started = self.begin()
        load = Load(self, 6000 * LOAD)
        self.until(load.begun)
        self.postgres.kill9()
        time.sleep(outage(10))
        self.postgres.start()
        self.finish(load.wait(), started)


class FullDisk(ServerTest):
    """F15: one of the servers on 64 MB. Its supervisor is the test."""
    def setUp(self):
        super().setUp()
        folder = self.servers.folder / 'small'
        self.disk = test_disk.SmallDisk(folder)
        self.addCleanup(self.disk.end)
        self.assertTrue(self.disk.works, 'no tmpfs can be mounted here')
        self.place = folder
        os.chmod(self.disk.inside, 0o777)

    def fill(self, spare=8):
        with open(self.disk.inside / 'ballast', 'wb') as ballast:
            free = os.statvfs(self.disk.inside)
            for _ in range(free.f_bavail * free.f_frsize // 65536 - spare):
                ballast.write(bytes(65536))

    def tried(self, batches):
        """Pushes all; (ids taken, batches refused)."""
        ids, refused = [], []
        for batch in batches:
            status, answer = self.push(batch)
            self.assertIn(status, (202, 429, 503), answer)
            if status == 202:
                ids += [t['id'] for t in batch]
            else:
                refused.append(batch)
        return ids, refused

    def batches(self, count):
        long_text = 'A long text about room on disks. ' * 30
        return [[tweet(b * 1000 + n + 1, long_text) for n in range(200)] for b in range(count)]

    def test_f15_the_log_of_redis(self):
        small = Redis(self.disk.inside / 'redis', DURABLE, prefix=self.disk.prefix, place=self.place / 'redis')
        self.addCleanup(small.end)
        small.start()
        self.redis, self.environment['REDIS_URL'] = small, small.url
        started = self.begin()
        batches = self.batches(12)
        ids, _ = self.tried(batches[:1])
        self.until(self.settled)
        self.fill()
        taken, refused = self.tried(batches[1:])
        self.assertTrue(refused, 'the disk never was full')
        ids += taken
        (self.disk.inside / 'ballast').unlink()
        if not small.running():
            small.start()
        for batch in refused:
            ids += self.push_until_accepted(batch)
        self.finish(ids, started)

    def test_f15_postgresql(self):
        small = Postgres(self.disk.inside / 'postgres', prefix=self.disk.as_user, place=self.place / 'postgres')
        small.options = ('-c', 'max_wal_size=4MB', '-c', 'min_wal_size=2MB', '-c', 'autovacuum=off')
        self.addCleanup(small.end)
        small.prepare('--wal-segsize=1')
        small.start()
        small.wipe()
        self.postgres, self.environment['DATABASE_URL'] = small, small.url
        started = self.begin()
        batches = self.batches(12)
        ids, _ = self.tried(batches[:1])
        self.until(self.settled)
        self.fill()
        taken, refused = self.tried(batches[1:])
        ids += taken
        self.until(lambda: 'tried again' in started['persist-worker'].words() or not small.running(), 60, 'a full disk')
        self.assertGreater(self.waiting('persist'), 0, 'the disk never was full')
        (self.disk.inside / 'ballast').unlink()
        if not small.running():
            small.start()
        for batch in refused:
            ids += self.push_until_accepted(batch)
        self.finish(ids, started)


if __name__ == '__main__':
    unittest.main()
