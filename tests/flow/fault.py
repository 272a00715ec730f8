"""What fault tests share: the breakable product, failpoints, and negative controls that must fail."""
import json
import os
import re
import shutil
import sqlite3
import tempfile

from tests.flow.product import BREAKABLE, ProductTest

CONTROLS = os.environ.get('TWEETPULSE_FAULT_CONTROLS') != '0'
LOAD = int(os.environ.get('TWEETPULSE_FAULT_LOAD', '1'))  # 10 in `make faults`


def must_fail_with(**breaks):
    """For each name=pattern: with that wrong switched on, the check must fail, and say what the pattern says."""
    def mark(check):
        check.breaks = breaks
        return check
    return mark


def control_of(check, name, pattern):
    def control(self):
        self.environment = {**self.environment, 'TWEETPULSE_BREAK': name}
        try:
            check(self)
        except AssertionError as failure:
            self.assertTrue(re.search(pattern, str(failure)), '%s was noticed by something else:\n%s' % (name, failure))
        else:
            self.fail('%s went unnoticed' % name)
    return control


class FaultTest(ProductTest):
    binary = BREAKABLE
    data = 'data'  # the data folder, below the folder of the test

    def __init_subclass__(cls, **more):
        super().__init_subclass__(**more)
        for name, check in list(vars(cls).items()) if CONTROLS else ():
            for broken, pattern in getattr(check, 'breaks', {}).items():
                setattr(cls, '%s_notices_%s' % (name, broken), control_of(check, broken, pattern))

    def folder_of_data(self):
        return self.folder / self.data

    def start(self, *arguments, settings=(), **more):
        if self.data != 'data':
            settings = [*settings, 'data_dir=%s' % self.folder_of_data()]
        return super().start(*arguments, settings=settings, **more)

    def rows(self, database, sql, *values):
        """Reads a copy of a database whose process has ended: the files stay as they were left."""
        with tempfile.TemporaryDirectory() as copy:
            for suffix in ('', '-wal'):
                source = self.folder_of_data() / ('%s.db%s' % (database, suffix))
                if source.exists():
                    shutil.copy(source, copy)
            connection = sqlite3.connect('%s/%s.db' % (copy, database))
            try:
                return connection.execute(sql, values).fetchall()
            finally:
                connection.close()

    def letters(self, group):
        return [(reason, bytes(id).decode()) for reason, id in
                self.rows('queue', 'SELECT reason, tweet_id FROM dead_letters WHERE grp = ? AND state = 0', group)]

    def queued(self, count):
        """So many simulated tweets in the queue, no worker yet; their ids."""
        file = self.folder / 'accepted.simulated'
        self.run_through('simulate', '--count', str(count), '--rate', '10000', '--ids', str(file))
        return sorted(set(file.read_text().split()))

    def run_until_killed(self, failpoint, *roles, seconds=60):
        """One life of `run`: True when the failpoint ended it, False when it came to rest before."""
        settings = ['roles=' + ','.join(roles)] if roles else []
        process = self.start('run', settings=settings, TWEETPULSE_FAILPOINT=failpoint)
        self.until(lambda: not process.running() or self.quiet(process), seconds, failpoint)
        if process.running():
            self.assertEqual(process.stop(), 0, process.words())
            return False
        process.wait()
        self.assertEqual(process.child.returncode, -9, process.words())
        return True

    def quiet(self, process):
        try:
            return self.at_rest()
        except AssertionError:
            return False

    def push_until_accepted(self, tweets):
        """Sends a batch again until it is answered 202, as a careful sender does."""
        def accepted():
            status, answer = self.push(tweets)
            self.assertIn(status, (202, 429, 503), answer)
            return status == 202
        self.until(accepted, 60, 'room for a push')
        return [t['id'] for t in tweets]

    def dump(self):
        """The tables of the store without what differs between two readings of one feed."""
        tables = {}
        for name, sql in TABLES.items():
            tables[name] = sorted((tuple(parsed(value) if name != 'raw' and str(value).startswith('{') else value for value in row)
                                   for row in self.rows('store', sql)), key=repr)
        return tables

    def same(self, found, wanted, what):
        for name in wanted:
            differing = set(found[name]) ^ set(wanted[name])
            self.assertFalse(differing, 'the tables differ: %s, %s: %d rows, such as %s' % (
                what, name, len(differing), sorted(differing, key=repr)[:2]))


# Without tweet_revisions: of an older observation that comes in one batch with a newer one nothing is kept. Tombstones without
# their dimensions: a post that comes after its removal may be dropped at ingest.
TABLES = {
    'tweets': 'SELECT id, state, observed, created_at, source, kind, lang, sentiment, author, handle, alias, hidden, withheld, '
              'marked, marked_at, erased_at, restored_at, uncounted FROM tweets WHERE state <> 1',
    'tombstones': 'SELECT id, alias, marked, marked_at, erased_at, restored_at, uncounted FROM tweets WHERE state = 1',
    'bodies': 'SELECT id, packed FROM tweets JOIN tweet_bodies USING (number)',
    'raw': 'SELECT id, raw FROM tweets JOIN tweet_bodies USING (number)',
    'chains': 'SELECT id, chain, place, stated FROM chains',
    'authors': 'SELECT * FROM author_marks',
    'hours': 'SELECT hour, source, kind, lang, sentiment, tweets FROM tweet_aggregations WHERE tweets <> 0',
}


def parsed(packed):
    """The packed form without what differs between two readings of one feed."""
    known = json.loads(packed)
    for name in ('received_at', 'observed_at'):
        known.pop(name, None)
    return json.dumps(known, sort_keys=True)
