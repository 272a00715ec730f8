#!/usr/bin/env python3
"""pack_web.py DIST OUT: one file with every byte of the built web UI, and the table that names its pieces."""
import pathlib
import re
import sys

TYPES = {'.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
         '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon', '.json': 'application/json',
         '.woff2': 'font/woff2', '.txt': 'text/plain; charset=utf-8'}


def main():
    dist, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    pack, rows = bytearray(), []
    for path in sorted(p for p in dist.rglob('*') if p.is_file() and p.suffix not in ('.gz', '.br', '.map')):
        places = []
        for variant in (path, path.with_name(path.name + '.gz'), path.with_name(path.name + '.br')):
            content = variant.read_bytes() if variant.is_file() else b''
            places += [len(pack), len(content)]
            pack += content
        name = path.relative_to(dist).as_posix()
        hashed = bool(re.match(r'assets/.*-[\w-]{8}\.\w+$', name))
        rows.append('{"%s", "%s", %s, %s},' % (name, TYPES.get(path.suffix, 'application/octet-stream'),
                                              str(hashed).lower(), ', '.join(map(str, places))))
    (out / 'web_pack.bin').write_bytes(pack)
    (out / 'web_pack.inc').write_text('\n'.join(rows) + '\n')


main()
