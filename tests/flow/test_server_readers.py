"""What readers must and must not see, on servers: slow live clients and erased tweets, F28 F31 of the fault table."""
import json
import random
import re
import socket
import subprocess
import threading
import time
import unittest

from tests.flow.fault import must_fail_with
from tests.flow.product import free_port, tweet
from tests.flow.server_fault import ServerTest
from tests.flow.test_order import status

FIRST = 1709078400000  # 2024-02-28T00:00:00Z


class Listener:
    """An SSE client that reads, or does not, until it is told to."""
    def __init__(self, port, resume=None):
        self.client = socket.socket()
        self.client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # so that it is slow at once when it does not read
        self.client.settimeout(10)
        self.client.connect(('127.0.0.1', port))
        head = 'GET /api/live?rate=50&fields=id,text HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n'
        self.client.sendall((head + ('Last-Event-ID: %s\r\n' % resume if resume else '') + '\r\n').encode())
        self.content, self.cut, self.thread = b'', False, None

    def read(self):
        """Goes on reading beside the test."""
        def run():
            try:
                while data := self.client.recv(65536):
                    self.content += data
                self.cut = True
            except OSError:
                self.cut = True
        self.client.settimeout(None)
        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()

    def text(self):
        return self.content.decode('utf8', 'replace')

    def tweets(self):
        return re.findall(r'id: (\S+)\nevent: tweet\ndata: \{"id":"(\d+)"', self.text())

    def close(self):
        try:
            self.client.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.client.close()


class Live(ServerTest):
    def listener(self, port, **more):
        made = Listener(port, **more)
        self.addCleanup(made.close)
        return made

    def test_f28_a_client_that_does_not_read(self):
        """Pushed through one api process, heard at another, over the feed in Redis."""
        started = self.begin()
        own, self.port = self.port, free_port()
        started['other'] = self.start('api', settings=['http.listen=127.0.0.1:%d' % self.port])
        self.ready(started['other'])
        slow, good = self.listener(self.port), self.listener(self.port)
        good.read()
        self.until(lambda: 'event: hello' in good.text(), 20, 'hello')
        port, self.port = self.port, own
        ids, long_text = [], 'A long text for a live feed. ' * 250
        for batch in range(20):
            ids += self.push_until_accepted([tweet(batch * 200 + n + 1, long_text) for n in range(20)])
            time.sleep(0.5)  # below the rate of the clients: nothing is left out as a sample
        self.until(lambda: len(good.tweets()) == len(ids), 20, 'every tweet at the good client')
        self.assertEqual(sorted(id for _, id in good.tweets()), sorted(ids))
        own, self.port = self.port, port
        self.until(lambda: self.metric('live_clients', transport='sse') == 1, 30, 'the one that does not read is cut')
        self.port = own
        slow.read()
        self.until(lambda: slow.cut, 20, 'the cut at the client')
        self.assertLess(len(slow.tweets()), len(ids))
        place, _ = good.tweets()[-30]
        again = self.listener(port, resume=place)
        again.read()
        self.until(lambda: len(again.tweets()) >= 29, 20, 'what came after')
        self.assertEqual([id for _, id in again.tweets()], [id for _, id in good.tweets()][-29:])
        self.finish(ids, started)


class Erasing(ServerTest):
    """Each post carries a word of its own; afterwards no erased word is found anywhere."""
    def setUp(self):
        super().setUp()
        self.dice = random.Random(31)
        self.number = 0
        self.gone, self.kept, self.lines = set(), set(), []

    def post(self, erased):
        self.number += 1
        id = str(10**6 + self.number)
        (self.gone if erased else self.kept).add(id)
        ms = FIRST + self.number * 10**6
        return dict(status(self.dice, id, ms), text='A secret%s word' % id, timestamp_ms=str(ms))

    def erase(self, post):
        return {'delete': {'status': {'id_str': post['id_str'], 'user_id_str': post['user']['id_str']},
                           'timestamp_ms': str(int(post['timestamp_ms']) + 5)}}

    def others(self, count=15):
        return [self.post(False) for _ in range(count)]

    def feed(self):
        """Erased before, with and after the post, late duplicates behind each; other posts in between."""
        for _ in range(20):
            before, beside, after = (self.post(True) for _ in range(3))
            self.lines += [self.erase(before), *self.others(), before, beside, self.erase(beside), after, *self.others(), self.erase(after),
                           *self.others(), before, beside, after]
        return self.write('erasing.ndjson', self.lines)

    def traces(self):
        """Erased ids whose word is found, by place."""
        dump = subprocess.run(['pg_dump', '--data-only', self.postgres.url], capture_output=True, check=True, timeout=60).stdout
        places = {'tables': dump, 'dead letters': repr(self.redis.call('XRANGE', 'tweets:dead', '-', '+')).encode(),
                  'index': b'\n'.join(json.dumps(hit).encode() for hit in self.documents())}
        found = {place: self.gone & {word.decode() for word in re.findall(rb'secret(\d+)', content)} for place, content in places.items()}
        self.assertTrue(self.kept <= {word.decode() for word in re.findall(rb'secret(\d+)', places['index'])}, 'the search for words is blind')
        return {place: ids for place, ids in found.items() if ids}

    def check(self, started):
        self.until(self.settled, 60, 'rest')
        self.assertEqual(self.traces(), {})
        listed = {row['id'] for row in self.listed()}
        self.assertEqual(listed, self.kept)
        self.verify(sorted(self.gone | self.kept))
        self.assertEqual(self.get('/api/elastic/search', size=1)['meta']['total'], len(self.kept))
        self.end_roles(started)

    def listed(self):
        _, content = self.request('GET', '/api/tweets', None, None, {'Accept': 'application/x-ndjson'})
        return [json.loads(line) for line in content.decode().splitlines()][:-1]

    @must_fail_with(delete_document='FAIL|index', forget_tombstone='FAIL|tables')
    def test_f31_before_with_and_after_the_post(self):
        self.run_through('replay', self.feed())
        self.check(self.begin(BATCH_SIZE='10'))

    def test_f31_while_the_index_is_away(self):
        started = self.begin()
        file = self.feed()
        self.search.pause()
        self.addCleanup(self.search.go_on)
        self.run_through('replay', file)
        self.until(lambda: self.waiting('persist') == 0, 30, 'the store')
        self.search.go_on()
        self.run_through('replay', self.write('again.ndjson', self.lines))
        self.check(started)

    def test_f31_by_the_api_and_by_author(self):
        started = self.begin()
        posts = self.others(60)
        self.run_through('replay', self.write('posts.ndjson', posts))
        self.until(self.settled)
        for post in posts[:10]:
            self.assertEqual(self.request('DELETE', '/api/tweets/' + post['id_str'])[0], 204)
            self.gone.add(post['id_str'])
        author = posts[20]['user']['id_str']
        self.assertIn(self.request('DELETE', '/api/authors/' + author)[0], (202, 204))
        self.gone |= {post['id_str'] for post in posts if post['user']['id_str'] == author}
        self.kept -= self.gone
        self.until(self.settled)
        self.until(lambda: not self.traces(), 10, 'every word of the erased gone')
        self.run_through('replay', self.write('again.ndjson', posts))  # their tombstones make them duplicates
        self.check(started)


if __name__ == '__main__':
    unittest.main()
