"""An HTTP proxy before a real search server that gives chosen requests, or chosen items of a _bulk, another answer."""
import gzip
import http.client
import http.server
import json
import socket
import threading
import time

KEPT = ('content-type', 'x-elastic-product', 'x-opensearch-version', 'location')
TYPES = {400: 'mapper_parsing_exception', 404: 'index_not_found_exception', 409: 'version_conflict_engine_exception',
         429: 'rejected_execution_exception', 503: 'unavailable_shards_exception', 401: 'security_exception', 403: 'security_exception'}


def error_of(status):
    kind = TYPES.get(status, 'scripted_exception')
    return {'type': kind, 'reason': 'scripted %d' % status}


def failure(status):
    """The answer to a whole request."""
    return status, json.dumps({'error': {'root_cause': [], **error_of(status)}, 'status': status}).encode()


def pairs_of(body):
    """[(action, document)] of a _bulk body."""
    lines = [line for line in body.split(b'\n') if line]
    pairs, place = [], 0
    while place < len(lines):
        action = json.loads(lines[place])
        size = 1 if 'delete' in action else 2
        pairs.append((action, lines[place:place + size]))
        place += size
    return pairs


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True

    def handle_any(self):
        owner = self.server.owner
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        with owner.lock:
            owner.requests.append((time.monotonic(), self.command, self.path))
        scripted = owner.request(self.command, self.path) if owner.request else None
        if scripted:
            return self.answer(*scripted)
        if '/_bulk' in self.path and self.command in ('POST', 'PUT') and owner.item:
            return self.bulk(owner, body)
        self.answer(*owner.forward(self.command, self.path, body, dict(self.headers)))

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

    def bulk(self, owner, body):
        if self.headers.get('Content-Encoding') == 'gzip':
            body = gzip.decompress(body)
        headers = {k: v for k, v in self.headers.items() if k.lower() != 'content-encoding'}
        pairs = pairs_of(body)
        forced = [owner.item(action, lines) for action, lines in pairs]
        passed = b''.join(line + b'\n' for (_, lines), status in zip(pairs, forced) if status is None for line in lines)
        items = iter(())
        if passed:
            status, content, kept = owner.forward(self.command, self.path, passed, headers)
            if status != 200:
                return self.answer(status, content, kept)
            items = iter(json.loads(content)['items'])
        answers = []
        for (action, _), status in zip(pairs, forced):
            (name, target), = action.items()
            answers.append(next(items) if status is None else
                           {name: {'_index': target.get('_index', 'tweets'), '_id': target.get('_id'), 'status': status,
                                   'error': error_of(status)}})
        content = json.dumps({'took': 1, 'errors': any(s is not None for s in forced), 'items': answers}).encode()
        self.answer(200, content, {}, owner.take_cut())

    def answer(self, status, content, kept=None, cut=False):
        self.send_response(status)
        kept = {'content-type': 'application/json', **self.server.owner.identity, **(kept or {})}
        for name, value in kept.items():
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(content)))
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(content[:len(content) // 2] if cut else content)
        if cut:
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_):
        pass


class Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):
        """A client that has gone is no news."""


class ScriptedElastic:
    """request(method, path) -> (status, body) or None; item(action, lines) -> status or None. None = the real answer."""
    def __init__(self, port):
        self.target, self.lock, self.requests = port, threading.Lock(), []
        self.request = self.item = None
        self.cuts = 0
        _, _, self.identity = self.forward('GET', '/_cluster/health', b'', {})
        self.identity.pop('content-type', None)
        self.server = Quiet(('127.0.0.1', 0), Handler)
        self.server.owner, self.port = self, self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def forward(self, method, path, body, headers):
        """(status, content, headers that tell who answers)"""
        connection = http.client.HTTPConnection('127.0.0.1', self.target, timeout=60)
        try:
            passed = {k: v for k, v in headers.items() if k.lower() not in ('host', 'connection', 'content-length', 'accept-encoding')}
            connection.request(method, path, body or None, passed)
            answer = connection.getresponse()
            content = answer.read()
            return answer.status, content, {k.lower(): v for k, v in answer.getheaders() if k.lower() in KEPT}
        finally:
            connection.close()

    def cut_next(self, count):
        """So many answers to a _bulk end in their middle."""
        with self.lock:
            self.cuts = count

    def take_cut(self):
        with self.lock:
            if not self.cuts:
                return False
            self.cuts -= 1
            return True

    def count(self, part, since=0.0):
        with self.lock:
            return sum(part in path and at >= since for at, _, path in self.requests)

    def end(self):
        self.server.shutdown()
        self.server.server_close()
