#!/usr/bin/env python3
"""Turns the pinned packages of data/ and Debian's unicode-data into the tables of src/analyze.

usage: make_tables.py --data DATA --unicode /usr/share/unicode --out DIR
Writes lexicon.inc, tlds.inc, emoji.inc, vader_emoji.inc, character_kinds.inc, characters.inc and
tables_version.inc. The same input gives the same bytes."""
import argparse
import hashlib
import json
import pathlib
import re
import sys

SCRIPTS = ['Common', 'Latin', 'Greek', 'Cyrillic', 'Armenian', 'Hebrew', 'Arabic', 'Devanagari', 'Bengali', 'Gurmukhi',
           'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Thai', 'Lao', 'Tibetan',
           'Myanmar', 'Georgian', 'Hangul', 'Ethiopic', 'Khmer', 'Hiragana', 'Katakana', 'Han', 'Thaana', 'Syriac',
           'Cherokee', 'Canadian_Aboriginal', 'Other']
FLAGS = ['hash_letter', 'hash_digit', 'hash_special', 'letter', 'mark', 'digit', 'upper', 'lower', 'space',
         'twitter_space', 'js_space', 'domain', 'path', 'path_end', 'query', 'query_end', 'latin_accent', 'emoji_start',
         'vader_emoji', 'symbol', 'normalize', 'url_before', 'name', 'mention_before', 'ascii_punctuation',
         'twitter_punctuation', 'invalid']
ASCII_PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'
LAST = 0x110000


def code_points(first, last):
    return range(int(first, 16), int(last or first, 16) + 1)


def unicode_file(path, wanted=None):
    """{code point: property value} of a file of the Unicode character database."""
    found = {}
    for line in path.read_text('utf8').splitlines():
        fields = [f.strip() for f in line.split('#')[0].split(';')]
        if len(fields) < 2 or (wanted and fields[1] not in wanted):
            continue
        first, _, last = fields[0].partition('..')
        for code in code_points(first, last):
            found[code] = fields[-1]
    return found


def regex_body(package, name):
    text = (package / 'dist/esm/regexp' / (name + '.js')).read_text('utf8')
    return re.search(r'^var %s = /(.*)/[gim]*;$' % name, text, re.M).group(1)


def class_members(body):
    """Code units of the inside of a JavaScript character class."""
    token = re.compile(r'\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\(.)|(.)', re.S)
    items = []
    for match in token.finditer(body):
        wide, narrow, escaped, plain = match.groups()
        items.append(int(wide or narrow, 16) if wide or narrow else ('-' if plain == '-' else ord(escaped or plain)))
    members, at = set(), 0
    while at < len(items):
        if at + 2 < len(items) and items[at + 1] == '-':
            members.update(range(items[at], items[at + 2] + 1))
            at += 3
        else:
            members.add(ord('-') if items[at] == '-' else items[at])
            at += 1
    return members


def astral_members(body):
    """Code points of a JavaScript alternation of surrogate pairs."""
    members = set()
    for high, group, low in re.findall(r'\\u(d8[0-9a-f]{2}|d9[0-9a-f]{2}|da[0-9a-f]{2}|db[0-9a-f]{2})'
                                       r'(?:\[([^\]]*)\]|\\u([0-9a-f]{4}))', body):
        units = class_members(group) if group else {int(low, 16)}
        members.update(0x10000 + ((int(high, 16) - 0xd800) << 10) + unit - 0xdc00 for unit in units)
    return members


def tld_list(package, name):
    text = (package / 'dist/esm/regexp' / (name + '.js')).read_text('utf8')
    body = text[text.index('RegExp('):]
    joined = ''.join(re.findall(r"'((?:[^'\\]|\\.)*)'", body))
    return [t for t in joined[len('(?:(?:'):joined.index(')(?=')].split('|') if t]


def twitter_flags(package, flag):
    group = lambda name: class_members(regex_body(package, name))
    letters = set('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'.encode())
    alnum = letters | set(b'0123456789')
    latin, cyrillic, spaces = group('latinAccentChars'), group('cyrillicLettersAndMarks'), group('spacesGroup')
    punct, invalid, marks = group('punct'), group('invalidCharsGroup'), group('directionalMarkersGroup')
    flag('hash_letter', group('bmpLetterAndMarks') | astral_members(regex_body(package, 'astralLetterAndMarks')))
    flag('hash_digit', group('bmpNumerals') | astral_members(regex_body(package, 'astralNumerals')))
    flag('hash_special', group('hashtagSpecialChars'))
    flag('twitter_space', spaces)
    flag('js_space', {9, 10, 11, 12, 13, 32, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff}
         | set(range(0x2000, 0x200b)))
    flag('latin_accent', latin)
    flag('twitter_punctuation', punct)
    flag('invalid', invalid)
    everything = set(range(LAST))
    flag('domain', everything - punct - spaces - invalid - marks)
    flag('path', alnum | cyrillic | latin | {0x2013} | set(map(ord, "!*';:=+,.$/%#[]-_~@|&")))
    flag('path_end', alnum | cyrillic | latin | set(map(ord, '+-=_#/')))
    flag('query', alnum | set(map(ord, "!?*'@();:&=+$/%#[]-_.,~|")))
    flag('query_end', alnum | set(map(ord, '-_&=#/')))
    flag('url_before', (everything - alnum - set(map(ord, '@＠$#＃')) - invalid) | marks)
    flag('name', alnum | {ord('_')})
    flag('mention_before', everything - alnum - set(map(ord, '_!#$%&*@＠')))


def unicode_flags(folder, flag):
    category = unicode_file(folder / 'extracted/DerivedGeneralCategory.txt')
    for name, first in (('letter', 'L'), ('mark', 'M')):
        flag(name, (c for c, value in category.items() if value[0] == first))
    flag('symbol', (c for c, value in category.items() if value[0] in 'PS'))
    flag('digit', (c for c, value in category.items() if value == 'Nd'))
    flag('upper', unicode_file(folder / 'DerivedCoreProperties.txt', {'Uppercase'}))
    flag('lower', unicode_file(folder / 'DerivedCoreProperties.txt', {'Lowercase'}))
    flag('lower', (c for c, value in category.items() if value == 'Lt'))
    flag('space', {9, 10, 11, 12, 13, 0x1c, 0x1d, 0x1e, 0x1f, 0x85})
    flag('space', (c for c, value in category.items() if value in ('Zs', 'Zl', 'Zp')))
    flag('ascii_punctuation', map(ord, ASCII_PUNCTUATION))
    combining = unicode_file(folder / 'extracted/DerivedCombiningClass.txt')
    flag('normalize', (c for c, value in combining.items() if value not in ('0', 'Not_Reordered')))
    flag('normalize', unicode_file(folder / 'DerivedNormalizationProps.txt', {'NFC_QC'}))


def add_emoji_styles(rows, data):
    """Adds what twitter-text's emoji pattern takes beyond emoji-test.txt: a variation selector that changes nothing."""
    pattern = (data / 'node_modules/twemoji-parser/dist/lib/regex.js').read_text('utf8')
    group = r'\(\?:((?:\\ud83[c-e]\[[^\]]*\]\|)+\[[^\]]*\])\)\(\?:\\ufe0f\|'
    plain, toned = (set(astral_members(found)) | class_members(re.search(r'\|\[([^\]]*)\]$', found).group(1))
                    for found in re.findall(group, pattern))
    tones = [''] + [chr(c) for c in range(0x1f3fb, 0x1f400)]
    for code in plain | toned:
        for tone in tones if code in toned else ['']:
            bare = rows.get(chr(code) + tone)
            if bare:
                rows.setdefault(chr(code) + '\ufe0f' + tone, (bare[0], bare[1], True))


def emoji_rows(folder, data):
    """[(sequence, name, version * 10, does twitter-text weigh it as one)] in the order of the UTF-8 bytes."""
    rows = {}
    for line in (folder / 'emoji/emoji-test.txt').read_text('utf8').splitlines():
        match = re.match(r'^([0-9A-F ]+?)\s*;\s*(\S+)\s*# \S+ E(\d+)\.(\d+) (.*)$', line)
        if match:
            codes, status, major, minor, name = match.groups()
            version = int(major) * 10 + int(minor)
            # twitter-text 3.1 knows emoji 11 in their qualified forms.
            qualified = status in ('fully-qualified', 'component') or '200D' not in codes
            # The tuxedo's men and women came to its pattern before they came to Unicode.
            known = version <= 110 or (version == 130 and codes.startswith('1F935'))
            once = known and status != 'minimally-qualified' and qualified
            if name == 'eye in speech bubble':
                once = 'FE0F' not in codes
            if codes in ('00A9', '00AE', '2122', '265F'):
                once = False
            rows[''.join(chr(int(c, 16)) for c in codes.split())] = (name, version, once)
    add_emoji_styles(rows, data)
    return [(s, *rows[s]) for s in sorted(rows, key=lambda s: s.encode('utf8'))]


def corrections(data):
    words, emoji = {}, {}
    for line in (data / 'vader_corrections.tsv').read_text('utf8').splitlines():
        if not line.startswith('#'):
            kind, key, value = line.split('\t')
            (words if kind == 'word' else emoji)[key] = value
    return words, emoji


def lexicon_rows(data, words):
    found = {}
    path = data / 'node_modules/vader-sentiment/vader_lexicon.txt'
    for line in path.read_text('utf8').splitlines():
        if line.strip():
            word, value = line.strip().split('\t')[:2]
            found[word] = value
    found.update(words)
    # Look-ups use one lower-cased token: other lines are out of reach in the reference too.
    return sorted((w, v) for w, v in found.items() if w == w.lower() and not re.search(r'\s', w))


def literal(text):
    return '"%s"' % text.replace('\\', '\\\\').replace('"', '\\"').replace('?', '\\?')


def characters(flags, scripts):
    """Two-stage table: block number by code point / 256, record number inside the block."""
    records, blocks, first_stage = {}, {}, []
    for block in range(LAST >> 8):
        codes = range(block << 8, (block + 1) << 8)
        row = tuple(records.setdefault((flags[c], scripts[c]), len(records)) for c in codes)
        first_stage.append(blocks.setdefault(row, len(blocks)))
    if len(blocks) > 256:
        sys.exit('make_tables.py: %d blocks of characters do not fit into a byte' % len(blocks))
    numbers = lambda values: ','.join(map(str, values))
    text = ['const CharacterRecord kRecords[] = {']
    text += ['{%du,Script(%d)},' % record for record in records]
    text.append('};\nconst unsigned char kBlocks[] = {' + numbers(first_stage) + '};')
    text.append('const unsigned short kRows[][256] = {')
    text += ['{%s},' % numbers(row) for row in blocks]
    return '\n'.join(text + ['};\n'])


def kinds():
    names = ['k' + ''.join(part.title() for part in flag.split('_')) for flag in FLAGS]
    return ('enum class Script : unsigned char { %s };\n' % ', '.join(s.lower() for s in SCRIPTS)
            + ''.join('inline constexpr unsigned %s = 1u << %d;\n' % (name, bit) for bit, name in enumerate(names)))


def tables(data, folder):
    package = data / 'node_modules/twitter-text'
    words, renamed = corrections(data)
    emoji = emoji_rows(folder, data)
    vader = {s: n for s, n, version, _ in emoji if len(s) == 1 and version < 120}
    vader.update(renamed)
    flags, scripts = [0] * LAST, [SCRIPTS.index('Common')] * LAST

    def flag(name, members):
        bit = 1 << FLAGS.index(name)
        for code in members:
            flags[code] |= bit
    twitter_flags(package, flag)
    unicode_flags(folder, flag)
    # The keycap's own sign stands for the digits, # and * that it may follow.
    flag('emoji_start', {ord(row[0][0]) for row in emoji if ord(row[0][0]) > 0x7f} | {0x20e3})
    flag('vader_emoji', map(ord, vader))
    for code, name in unicode_file(folder / 'Scripts.txt').items():
        known = 'Common' if name == 'Inherited' else name if name in SCRIPTS else 'Other'
        scripts[code] = SCRIPTS.index(known)
    tlds = set(json.loads((data / 'node_modules/tlds/index.json').read_text('utf8')))
    tlds.update(tld_list(package, 'validGTLD'), tld_list(package, 'validCCTLD'))
    return {
        'lexicon.inc': ''.join('{%s, %s},\n' % (literal(w), float(v)) for w, v in lexicon_rows(data, words)),
        'tlds.inc': ''.join(literal(t) + ',\n' for t in sorted({t.lower() for t in tlds}, key=lambda t: t.encode('utf8'))),
        'emoji.inc': ''.join('{%s, %s, %s},\n' % (literal(s), literal(n), str(once).lower()) for s, n, _, once in emoji),
        'vader_emoji.inc': ''.join('{%#x, %s},\n' % (ord(s), literal(vader[s])) for s in sorted(vader)),
        'character_kinds.inc': kinds(),
        'characters.inc': characters(flags, scripts)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ('data', 'unicode', 'out'):
        parser.add_argument('--' + name, type=pathlib.Path, required=True)
    options = parser.parse_args()
    missing = [p for p in ('vader-sentiment', 'tlds', 'twitter-text') if not (options.data / 'node_modules' / p).is_dir()]
    if missing:
        sys.exit('make_tables.py: %s missing: run npm ci --ignore-scripts --prefix %s' % (', '.join(missing), options.data))
    if not (options.unicode / 'emoji/emoji-test.txt').is_file():
        sys.exit('make_tables.py: %s/emoji/emoji-test.txt missing: install Debian unicode-data' % options.unicode)
    options.out.mkdir(parents=True, exist_ok=True)
    made, digest = tables(options.data, options.unicode), hashlib.sha256()
    for name in sorted(made):
        digest.update(made[name].encode('utf8'))
        (options.out / name).write_text(made[name], 'utf8')
    (options.out / 'tables_version.inc').write_text('0x%s\n' % digest.hexdigest()[:16], 'utf8')


if __name__ == '__main__':
    main()
