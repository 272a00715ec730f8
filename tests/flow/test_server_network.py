"""Faults between us and the servers, of stopping, scaling and limits: F14 F21 F23 F24 F25 F30 of the fault table."""
import http.client
import resource
import signal
import socket
import threading
import time
import unittest

from tests.flow import test_kills
from tests.flow.fault import LOAD, must_fail_with
from tests.flow.fault_proxy import FaultProxy
from tests.flow.product import ndjson, tweet
from tests.flow.server_fault import Load, ServerTest, outage

VARIABLES = ('REDIS_URL', 'DATABASE_URL', 'ELASTICSEARCH_URL')


class Network(ServerTest):
    def setUp(self):
        super().setUp()
        self.proxies = [self.through(FaultProxy(server.port), variable) for variable, server in zip(VARIABLES, self.servers.all)]

    def under(self, *faults):
        """Each fault in turn on all three ways, under load."""
        started = self.begin()
        load = Load(self, 6000 * LOAD)
        self.until(load.begun)
        for fault in faults:
            time.sleep(0.5)
            for proxy in self.proxies:
                fault(proxy)
            time.sleep(outage(10))
            for proxy in self.proxies:
                if proxy.listener.fileno() < 0:
                    proxy.open()
                proxy.heal()
        self.finish(load.wait(), started, 120)

    def test_f23_reset_half_close_and_cut(self):
        self.under(FaultProxy.reset, FaultProxy.half_close, lambda proxy: proxy.cut_after(5000))

    def test_f23_closed_port(self):
        self.under(FaultProxy.close)

    def test_f23_black_hole(self):
        self.under(FaultProxy.black_hole)

    def test_f23_slow_line(self):
        def slow(proxy):
            proxy.rate, proxy.latency = 64000 // 8, 0.02
        self.under(slow)

    def test_f23_a_flipped_bit_of_an_answer_of_redis(self):
        started = self.begin()
        load = Load(self, 3000)
        self.until(load.begun)
        flips = (10, 3000, 9000)  # bytes of answers until each
        for after in flips:
            self.proxies[0].flip_bit(after)
            time.sleep(0.3)
        accepted = load.wait()
        # What was damaged on its way is a dead letter, or has another text or id (TLS finds that, TCP may not): no other tweet is touched.
        self.until(self.settled, 60, 'rest')
        dead = {id for group in ('elastic', 'persist') for _, id in self.letters_of(group)}
        self.assertLessEqual(len(set(accepted) - dead - set(self.stored())), len(flips))
        self.end_roles(started)

    def test_f24_a_flapping_server(self):
        started = self.begin()
        load = Load(self, 6000 * LOAD)
        self.until(load.begun)
        rounds = int(outage(30))
        for _ in range(rounds):
            for proxy in self.proxies:
                proxy.refuse()
            time.sleep(1)
            for proxy in self.proxies:
                proxy.heal()
            time.sleep(1)
        refused = [proxy.refused for proxy in self.proxies]
        print('%s connections refused in %d s' % (refused, rounds))
        self.assertLess(max(refused), 40 * rounds, 'a storm of connections')
        self.finish(load.wait(), started, 120)


class Overload(ServerTest):
    @must_fail_with(answer_before_push='FAIL lossless')
    def test_f14_twice_the_capacity(self):
        """An open loop of senders, and a queue that holds 1 MB."""
        started = self.begin(settings=['queue.max_bytes=1MB'])
        for name in ('elastic-worker', 'persist-worker'):
            started[name].child.send_signal(signal.SIGSTOP)
        accepted, refused, lock = [], [], threading.Lock()

        def send(sender):
            for batch in range(20 * LOAD):
                ids = [str(sender * 10**6 + batch * 50 + n + 1) for n in range(50)]
                status, headers = self.push_for_headers([tweet(int(id), 'A text of some length ' * 8) for id in ids])
                with lock:
                    if status == 202:
                        accepted.extend(ids)
                    else:
                        refused.append((status, headers.get('Retry-After')))
        senders = [threading.Thread(target=send, args=(n,)) for n in range(1, 5)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        for name in ('elastic-worker', 'persist-worker'):
            started[name].child.send_signal(signal.SIGCONT)
        if 'TWEETPULSE_BREAK' not in self.environment:
            self.assertTrue(refused, 'the queue never was full')
            self.assertEqual({status for status, _ in refused}, {429})
            self.assertTrue(all(after and int(after) > 0 for _, after in refused), refused[:3])
        self.finish(accepted, started)

    def push_for_headers(self, tweets):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        try:
            connection.request('POST', '/api/ingestion/tweets', ndjson(tweets), {'Content-Type': 'application/x-ndjson'})
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers
        finally:
            connection.close()

    def test_f30_few_file_descriptors(self):
        started = self.begin()
        api = started['api'].child.pid
        _, hard = resource.prlimit(api, resource.RLIMIT_NOFILE)
        resource.prlimit(api, resource.RLIMIT_NOFILE, (64, hard))
        held = []
        for _ in range(100):
            try:
                held.append(socket.create_connection(('127.0.0.1', self.port), 0.2))
            except OSError:
                break
        time.sleep(0.5)
        self.assertTrue(started['api'].running(), started['api'].words())
        for connection in held:
            connection.close()
        ids = self.push_until_accepted([tweet(n) for n in range(1, 301)])
        self.finish(ids, started)


class Stopped(ServerTest, test_kills.Stopped):
    """F21: the tests of the embedded adapters, on servers; a sink is away by standing still."""
    def check_with_the_store_away(self, word, **more):
        started = self.begin('api', 'elastic-worker')
        started['persist-worker'] = self.role('persist-worker', 'persist-worker-1', **more)
        self.push_until_accepted([tweet(n) for n in range(1, 51)])
        self.until(self.settled)
        self.postgres.kill9()
        self.redis.call('PING')
        self.push_until_accepted([tweet(n) for n in range(51, 101)])
        self.until(lambda: 'tried again' in started['persist-worker'].words(), 60, 'a failed batch')
        begun = time.monotonic()
        worker = started.pop('persist-worker')
        self.assertEqual(worker.stop(), 0, worker.words())
        self.assertLess(time.monotonic() - begun, 30)
        self.assertRegex(worker.words(), word)
        self.postgres.start()
        started['persist-worker'] = self.role('persist-worker', 'persist-worker-1')
        self.finish([str(n) for n in range(1, 101)], started)

    @must_fail_with(drop_consumer='FAIL lossless')
    def test_with_the_store_away_says_what_stays_pending(self):
        self.check_with_the_store_away('stays? pending')

    def test_a_stop_that_takes_too_long_is_cut_and_loses_nothing(self):
        self.check_with_the_store_away('stays? pending', settings=['shutdown.timeout=1s'])


class Scaling(ServerTest):
    claim_after = '1s'

    @must_fail_with(no_claim='rest did not come true|FAIL')
    def test_f25_one_worker_eight_one(self):
        started = self.begin('api', 'persist-worker')
        load = Load(self, 6000 * LOAD)
        self.until(lambda: len(self.stored()) > 100)
        many = {name: self.role(name.split('-')[0] + '-worker', name) for name in ('elastic-%d' % n if n < 4 else 'persist-%d' % n for n in range(8))}
        ids = load.wait()
        for number, process in enumerate(many.values()):
            if number % 2:
                process.kill()  # its pending entries go to the others
            else:
                self.assertEqual(process.stop(), 0, process.words())
        started['elastic-worker'] = self.role('elastic-worker', 'elastic-worker-1')
        self.finish(ids, started, 30)

    def test_f25_rolling_restart(self):
        started = self.begin()
        load = Load(self, 6000 * LOAD)
        self.until(load.begun)
        for name in ('elastic-worker', 'persist-worker') * 2:
            time.sleep(0.3)
            self.assertEqual(started[name].stop(), 0, started[name].words())
            started[name] = self.role(name, name + '-1')
        self.finish(load.wait(), started)

    def test_f25_a_worker_id_that_beats_is_refused(self):
        started = self.begin('api', 'elastic-worker', 'persist-worker')
        second = self.role('persist-worker', 'persist-worker-1')
        self.assertEqual(second.wait(40), 75, second.words())
        self.assertIn('persist-worker-1', second.words())
        self.finish(self.push_until_accepted([tweet(1)]), started)


if __name__ == '__main__':
    unittest.main()
