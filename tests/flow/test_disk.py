"""A full disk and damaged files: F15 F26 of the fault table."""
import os
import pathlib
import resource
import shutil
import sqlite3
import struct
import subprocess
import unittest

from tests.flow.fault import LOAD, FaultTest, must_fail_with
from tests.flow.product import tweet

DATABASES = ('queue', 'store', 'search')


class SmallDisk:
    """A tmpfs of 64 MB that only our children see, in a namespace of its own; where that is forbidden, `works` is False."""
    def __init__(self, folder):
        folder.mkdir(exist_ok=True)
        root = os.geteuid() == 0
        self.holder = subprocess.Popen(
            ['unshare', '-m' if root else '-rm', 'sh', '-c', 'mount -t tmpfs -o size=64m tmpfs "$0" && echo ready && exec cat', str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.works = self.holder.stdout.readline() == b'ready\n'
        self.prefix = ('nsenter', *(() if root else ('--preserve-credentials', '-U')), '-m', '--wd=/', '-t', str(self.holder.pid))
        # A user that is not root, for servers that refuse to be.
        self.as_user = self.prefix if root else (*self.prefix, 'unshare', '--user', '--map-user=1000', '--map-group=1000')
        self.inside = pathlib.Path('/proc/%d/root' % self.holder.pid) / str(folder).lstrip('/')

    def end(self):
        self.holder.stdin.close()
        self.holder.stdout.close()
        self.holder.wait(10)


class FullDisk(FaultTest):
    def fill(self):
        """Takes all room but a little."""
        if self.disk:
            with open(self.disk.inside / 'ballast', 'wb') as ballast:
                free = os.statvfs(self.disk.inside)
                for _ in range(free.f_bavail * free.f_frsize // 65536 - 8):
                    ballast.write(bytes(65536))
            return
        largest = max(f.stat().st_size for f in self.folder_of_data().glob('*.db*'))
        resource.prlimit(self.processes[-1].child.pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))

    def make_room(self):
        if self.disk:
            (self.disk.inside / 'ballast').unlink()
        else:
            resource.prlimit(self.processes[-1].child.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def test_a_limit_of_file_sizes_is_a_full_disk_too(self):
        self.disk = None
        self.check_stop_and_go()

    @must_fail_with(trust_filter='FAIL lossless')
    def test_accepting_stops_and_goes_on_when_there_is_room(self):
        self.disk = SmallDisk(self.folder / 'data')
        self.addCleanup(self.disk.end)
        if self.disk.works:
            self.prefix = self.disk.prefix
        else:
            self.disk = None
        self.check_stop_and_go()

    def check_stop_and_go(self):
        process = self.start_run()
        long_text = 'A long text about room on disks. ' * 60
        batches = [[tweet(b * 1000 + n + 1, long_text) for n in range(200)] for b in range(8)]
        ids = self.push_until_accepted(batches[0])
        self.until(self.at_rest)
        self.fill()
        refused = []
        for batch in batches[1:]:
            status, answer = self.push(batch)
            if status == 202:
                ids += [t['id'] for t in batch]
            else:
                self.assertIn(status, (429, 503), answer)
                refused.append(batch)
        self.assertTrue(refused, 'the disk never was full')
        self.assertTrue(process.running(), process.words())
        self.assertEqual(self.request('GET', '/api/tweets', {'limit': 1})[0], 200)
        self.make_room()
        for batch in refused:
            ids += self.push_until_accepted(batch)
        self.until(self.at_rest, 60, 'rest')
        self.assertEqual(process.stop(), 0, process.words())
        self.verify(ids)
        folder = self.disk.inside if self.disk else self.folder_of_data()
        for name in DATABASES:
            connection = sqlite3.connect(folder / (name + '.db'))
            self.assertEqual(connection.execute('PRAGMA integrity_check').fetchall(), [('ok',)], name)
            connection.close()


def commits_of(log):
    """Offsets behind each frame of a WAL that ends a commit."""
    content = log.read_bytes()
    page = struct.unpack('>I', content[8:12])[0]
    salt, found = content[16:24], []
    for offset in range(32, len(content) - 23 - page, 24 + page):
        _, size = struct.unpack('>II', content[offset:offset + 8])
        if content[offset + 8:offset + 16] != salt:
            break
        if size:
            found.append(offset + 24 + page)
    return found, 24 + page


class DamagedFiles(FaultTest):
    """Each damage is done to a copy of one data folder."""
    COUNT = 400

    def fill(self, clean):
        process = self.start_run()
        self.ids = []
        for batch in range(4):
            self.ids += self.push_until_accepted([tweet(batch * 1000 + n + 1) for n in range(self.COUNT // 4)])
            self.until(self.at_rest)
        process.stop() if clean else process.kill()
        self.original = self.folder_of_data()
        self.copies = 0

    def copy(self):
        self.copies += 1
        self.data = 'copy-%d' % self.copies
        shutil.copytree(self.original, self.folder_of_data())
        return self.folder_of_data()

    def check(self, what, database, least=0, wanted=None):
        """Recovered, or an end that names the file; and verify never calls tables whole that are not."""
        process = self.start('replay', self.write('nothing.ndjson', b''))
        code = process.wait(60)
        if code == 0:
            checking = self.start('verify', '--wait', '0s', '--ids', self.write('accepted.ids', ''.join(i + '\n' for i in self.ids).encode()))
            code = checking.wait(60)
            said = checking.out + checking.words()
            self.assertIn(code, (0, 1, 4), '%s: %s' % (what, said))
            if code == 1:
                self.assertIn(database + '.db', said, what)
            if code == 0:
                self.assertEqual(self.rows('store', 'SELECT count(*) FROM tweets'), [(self.COUNT,)], what)
                if wanted:
                    self.check_contents(wanted, what)
            if least and code != 1:
                (count,), = self.rows('store', 'SELECT count(*) FROM tweets')
                self.assertGreaterEqual(count, least, what)
        else:
            self.assertIn(database + '.db', process.words(), what)
            # 73: a version in the header that SQLite only reads.
            self.assertIn(code, (1, 73), '%s: %s' % (what, process.words()))
        shutil.rmtree(self.folder_of_data())
        return code

    def check_contents(self, wanted, what):
        try:
            self.same(self.dump(), wanted, what)
        except sqlite3.DatabaseError:
            # verify reads ids, revisions and hours; a damaged text is told when it is read.
            process = self.start_run()
            status, content = self.request('GET', '/api/tweets', None, None, {'Accept': 'application/x-ndjson'})
            if status == 200 and b'"complete":true' in content:
                self.assertEqual(content.count(b'\n'), self.COUNT + 1, what)
            process.kill()

    def test_a_log_that_was_cut_gives_the_last_whole_commit(self):
        self.fill(clean=False)
        for name in DATABASES:
            log = self.original / (name + '.db-wal')
            commits, frame = commits_of(log)
            self.assertGreater(len(commits), 3, name)
            last, before = commits[-1], commits[-3]
            cuts = list(range(before, last, frame)) + [before + frame // 2, last - frame // 2, last - 1]
            for cut in cuts if LOAD > 1 else [cuts[0], cuts[len(cuts) // 2], cuts[-1], cuts[-2]]:
                folder = self.copy()
                os.truncate(folder / log.name, cut)
                # The last commits hold one batch of workers each, never all rows.
                self.check('%s cut at %d' % (log.name, cut), name, self.COUNT // 2)

    def test_a_log_without_its_file_is_no_empty_start(self):
        self.fill(clean=False)
        for name in DATABASES:
            folder = self.copy()
            (folder / (name + '.db')).unlink()
            self.assertEqual(self.check('%s.db is gone' % name, name), 1)

    def test_flipped_bits_of_a_log(self):
        self.fill(clean=False)
        for name in DATABASES:
            log = self.original / (name + '.db-wal')
            commits, frame = commits_of(log)
            for offset in (3, 17, commits[-2] + 30, commits[-1] - 10)[::1 if LOAD > 1 else 2]:
                self.flip(self.copy() / log.name, offset)
                self.check('%s flipped at %d' % (log.name, offset), name)

    def test_flipped_bits_of_a_file(self):
        self.fill(clean=True)
        wanted = self.dump()
        for name in DATABASES:
            file = self.original / (name + '.db')
            # The first byte of a page says what it is.
            size, page = file.stat().st_size, int.from_bytes(file.read_bytes()[16:18], 'big')
            self.assertGreater(size, 4 * page)
            pages = range(page, size, page)
            for offset in [5, 18, *pages[::1 if LOAD > 1 else max(1, len(pages) // 3)]]:
                self.data = 'data'
                self.flip(self.copy() / file.name, offset)
                self.check('%s flipped at %d' % (file.name, offset), name, wanted=wanted)
        self.data = 'data'
        self.same(self.dump(), wanted, 'the original')

    def flip(self, file, offset):
        with open(file, 'r+b') as damaged:
            damaged.seek(offset)
            byte = damaged.read(1)
            damaged.seek(offset)
            damaged.write(bytes([byte[0] ^ 0x5a]))


if __name__ == '__main__':
    unittest.main()
