"""A TCP relay that does to a connection what networks do: waiting, black holes, resets, cuts at a chosen byte."""
import random
import socket
import struct
import threading
import time


def reset(connection):
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        connection.shutdown(socket.SHUT_RD)  # wakes the thread that reads it
    except OSError:
        pass
    connection.close()


class Relay:
    """One connection: the client's socket, the server's, a thread each way."""
    def __init__(self, proxy, client):
        self.proxy, self.client, self.swallowed, self.armed = proxy, client, proxy.hole, False
        self.server = socket.create_connection(proxy.target, 5)
        for one in (self.client, self.server):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            one.settimeout(None)
        threading.Thread(target=self.pump, args=(self.client, self.server, True), daemon=True).start()
        threading.Thread(target=self.pump, args=(self.server, self.client, False), daemon=True).start()

    def pump(self, source, sink, forward):
        tail = b''
        try:
            while data := source.recv(65536):
                if self.swallowed:
                    continue
                self.proxy.wait_as_told(len(data))
                if forward:
                    tail = self.look(tail + data)
                elif self.armed:
                    self.proxy.cuts += 1
                    return self.reset()  # the server has done it, and the client never hears
                else:
                    data, ends = self.proxy.damaged(data)
                    if ends:
                        sink.sendall(data)
                        return self.reset()
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            self.close()

    def look(self, data):
        """Arms the cut when the client has sent the wanted bytes; what may be the begin of them."""
        wanted = self.proxy.take_match(data)
        self.armed = self.armed or wanted
        return b'' if wanted else data[-64:]

    def reset(self):
        for one in (self.client, self.server):
            reset(one)

    def half_close(self):
        """The client sees the end of the answers; what it sends still arrives."""
        try:
            self.client.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        for one in (self.client, self.server):
            one.close()


class FaultProxy:
    def __init__(self, port, seed=1):
        self.target, self.dice, self.lock = ('127.0.0.1', port), random.Random(seed), threading.Lock()
        self.relays, self.accepted, self.cuts, self.refused = [], 0, 0, 0
        self.latency = self.rate = 0  # seconds; bytes a second
        self.match, self.matches, self.remaining, self.flip = None, 0, None, None
        self.hole = self.refusing = False
        self.listener, self.port = None, 0
        self.open()

    def open(self):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(('127.0.0.1', self.port))
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, args=(self.listener,), daemon=True).start()

    def serve(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with self.lock:
                self.accepted += 1
                self.refused += self.refusing
            try:
                if self.refusing:
                    reset(client)
                    continue
                relay = Relay(self, client)
                self.relays = [r for r in self.relays if r.client.fileno() >= 0] + [relay]
            except OSError:
                client.close()

    def close(self):
        """The port is closed, as of a server that has ended."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.reset()

    def reset(self):
        for relay in self.relays:
            relay.reset()
        self.relays = []

    def refuse(self):
        """Every connection, of now and to come until heal(), is reset at once, and counted."""
        self.refusing = True
        self.reset()

    def half_close(self):
        for relay in self.relays:
            relay.half_close()

    def black_hole(self):
        """Every byte of the connections of now, and of those to come until heal(), is swallowed for ever."""
        self.hole = True
        for relay in self.relays:
            relay.swallowed = True

    def heal(self):
        self.hole, self.refusing, self.latency, self.rate, self.remaining = False, False, 0, 0, None

    def cut_after_match(self, match, times=1):
        """The answer to what holds these bytes never arrives: the connection is reset instead."""
        with self.lock:
            self.match, self.matches = match, times

    def cut_after(self, count):
        """The connection is reset when so many more bytes of answers have passed."""
        with self.lock:
            self.remaining = count

    def flip_bit(self, after):
        """One bit of the answers, somewhere in the chunk that comes after so many bytes."""
        with self.lock:
            self.flip = after

    def wait_as_told(self, count):
        if self.latency:
            time.sleep(self.latency * self.dice.uniform(0.5, 1.5))
        if self.rate:
            time.sleep(count / self.rate)

    def take_match(self, data):
        with self.lock:
            if not self.matches or self.match not in data:
                return False
            self.matches -= 1
            return True

    def damaged(self, data):
        """The bytes to pass on, and whether the connection ends behind them."""
        with self.lock:
            if self.flip is not None:
                self.flip -= len(data)
                if self.flip <= 0:
                    self.flip, place = None, self.dice.randrange(len(data))
                    data = data[:place] + bytes([data[place] ^ 1 << self.dice.randrange(8)]) + data[place + 1:]
            if self.remaining is None:
                return data, False
            data = data[:self.remaining]
            self.remaining -= len(data)
            if self.remaining:
                return data, False
            self.remaining = None
            return data, True

    def end(self):
        if self.listener.fileno() >= 0:
            self.close()
