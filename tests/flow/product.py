"""Starts the real binary in a private folder on a free loopback port, talks HTTP to it, and always ends what it started."""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = os.environ.get('TWEETPULSE_BINARY', str(ROOT / 'build/release/tweetpulse'))
BREAKABLE = os.environ.get('TWEETPULSE_BREAKABLE', str(pathlib.Path(BINARY).with_name('tweetpulse_breakable')))


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def tweet(number, text=None, created='2026-03-01T12:00:00.000Z', author=1, **more):
    """A neutral line of ours; number is its id."""
    return {'id': str(number), 'text': 'Number %d is great #flow' % number if text is None else text, 'created_at': created,
            'author': {'id': str(9000 + author), 'username': 'author_%d' % author}, 'lang': 'en', **more}


def ndjson(tweets):
    return b''.join(json.dumps(t, ensure_ascii=False).encode() + b'\n' for t in tweets)


class Process:
    def __init__(self, arguments, environment, folder, name, stdin=None):
        self.log = folder / (name + '.log')
        with open(self.log, 'ab') as log:
            self.child = subprocess.Popen(arguments, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=log,
                                          stdin=subprocess.DEVNULL if stdin is None else stdin)

    def wait(self, seconds=60):
        try:
            out, _ = self.child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self.out = out.decode('utf8', 'replace')
        return self.child.returncode

    def running(self):
        return self.child.poll() is None

    def takes_signals(self):
        """It has come so far that SIGTERM lets it end in order."""
        blocked = re.search('^SigBlk:\\t(.*)', pathlib.Path('/proc/%d/status' % self.child.pid).read_text(), re.MULTILINE)
        return int(blocked[1], 16) & 1 << signal.SIGTERM - 1 != 0

    def kill(self):
        if self.running():
            self.child.kill()
        self.child.wait(30)

    def stop(self, number=signal.SIGTERM, seconds=35):
        """Sends the signal; the exit code."""
        if self.running():
            self.child.send_signal(number)
        return self.wait(seconds)

    def words(self):
        return self.log.read_text('utf8', 'replace')[-3000:]


class ProductTest(unittest.TestCase):
    """One private data folder a test."""
    binary = BINARY
    environment = {}
    prefix = ()  # a command that runs the product

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='tweetpulse-flow-'))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.port, self.processes = free_port(), []
        self.configuration = self.folder / 'flow.toml'
        self.configuration.write_text(
            'data_dir = "%s/data"\nroles = ["api", "elastic-worker", "persist-worker"]\n[http]\nlisten = "127.0.0.1:%d"\n'
            '[ops]\nlisten = ""\n' % (self.folder, self.port))
        self.addCleanup(self.end_all)

    def end_all(self):
        for process in self.processes:
            process.kill()
            process.child.stdout.close()

    def start(self, *arguments, binary=None, stdin=None, settings=(), **environment):
        # A child with pipes of its own: it cannot outlive the test, which kills it by its pid.
        clean = {'PATH': os.environ.get('PATH', ''), 'HOME': str(self.folder), 'LANG': 'C.UTF-8', **self.environment, **environment}
        sets = [word for setting in settings for word in ('--set', setting)]
        process = Process([*self.prefix, binary or self.binary, '--config', str(self.configuration), *sets, *arguments], clean, self.folder,
                          '%d-%s' % (len(self.processes), arguments[0]), stdin)
        self.processes.append(process)
        return process

    def run_through(self, *arguments, code=0, seconds=120, **more):
        process = self.start(*arguments, **more)
        found = process.wait(seconds)
        self.assertEqual(found, code, '%s\n%s\n%s' % (arguments, process.out, process.words()))
        return process

    def request(self, method, path, query=None, body=None, headers=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        try:
            target = path + ('?' + urllib.parse.urlencode(query, doseq=True) if query else '')
            connection.request(method, target, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def get(self, path, **query):
        status, content = self.request('GET', path, query)
        self.assertEqual(status, 200, '%s %s: %s' % (path, query, content[:500]))
        return json.loads(content)

    def push(self, tweets, **query):
        body = tweets if isinstance(tweets, bytes) else ndjson(tweets)
        status, content = self.request('POST', '/api/ingestion/tweets', query, body, {'Content-Type': 'application/x-ndjson'})
        return status, json.loads(content)

    def until(self, condition, seconds=60, what='the condition'):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if condition():
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.02)
        self.fail('%s did not come true in %d s\n%s' % (what, seconds, '\n'.join(p.words() for p in self.processes)))

    def start_run(self, **more):
        process = self.start('run', **more)
        self.until(lambda: not process.running() or self.request('GET', '/readyz')[0] == 200, 60, '/readyz')
        self.assertTrue(process.running(), process.words())
        return process

    def at_rest(self):
        groups = self.get('/api/ingestion')['data']['queue']['groups']
        return all(g['lag'] == 0 and g['pending'] == 0 for g in groups) and len(groups) == 2

    def stored_ids(self):
        status, content = self.request('GET', '/api/tweets', None, None, {'Accept': 'application/x-ndjson'})
        self.assertEqual(status, 200)
        rows = [json.loads(line) for line in content.decode('utf8').splitlines()]
        self.assertEqual(rows[-1], {'meta': {'complete': True, 'count': len(rows) - 1}})
        return sorted(row['id'] for row in rows[:-1])

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else ndjson(content))
        return str(path)

    def drain(self, **more):
        """Brings the workers until the queue is at rest."""
        return self.run_through('replay', self.write('nothing.ndjson', b''), **more)

    def verify(self, ids=None, code=0, **more):
        extra = ['--ids', self.write('accepted.ids', ''.join(i + '\n' for i in ids).encode())] if ids is not None else []
        return self.run_through('verify', '--wait', '30s' if code == 0 else '0s', *extra, code=code, binary=BINARY, **more)
