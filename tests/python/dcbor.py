"""Keys and digests after core/README.md, by Python's standard library alone: an independent check of the vectors.

Reads JSON from standard input: {"values": [value, ...], "calls": [call, ...]} in the notation of notation.ts.
Writes {"values": [[encoding, digest], ...], "calls": [key, ...]}, all in hex.
"""
import hashlib
import json
import struct
import sys

CHUNK = 4 * 2**20
TAGS = {'Uint8Array': 64, 'Uint8ClampedArray': 68, 'Uint16Array': 69, 'Uint32Array': 70, 'BigUint64Array': 71,
        'Int8Array': 72, 'Int16Array': 77, 'Int32Array': 78, 'BigInt64Array': 79, 'Float16Array': 84,
        'Float32Array': 85, 'Float64Array': 86}
SIMPLE = {False: b'\xf4', True: b'\xf5', None: b'\xf6'}


def head(major, argument):
    """RFC 8949, section 3: the shortest head."""
    if argument < 24:
        return bytes([major << 5 | argument])
    for low, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << 8 * size:
            return bytes([major << 5 | low]) + argument.to_bytes(size, 'big')
    raise ValueError(f'Cannot write a head with {argument}')


def integer(value):
    return head(0, value) if value >= 0 else head(1, -1 - value)


def floating(value):
    """Section 4.2.1: the shortest of the three formats that keeps the value."""
    if value != value:
        return b'\xf9\x7e\x00'
    for initial, code in ((b'\xf9', '>e'), (b'\xfa', '>f')):
        try:
            packed = struct.pack(code, value)
        except OverflowError:
            continue
        if struct.unpack(code, packed)[0] == value:
            return initial + packed
    return b'\xfb' + struct.pack('>d', value)


def number(bits):
    value = struct.unpack('>d', bytes.fromhex(bits))[0]
    is_safe = value == value and abs(value) <= 2**53 - 1 and value == int(value)
    return integer(int(value)) if is_safe and bits != '8000000000000000' else floating(value)


def text(value):
    try:
        data = value.encode()
    except UnicodeEncodeError:
        return named('utf16', octets(value.encode('utf-16-le', 'surrogatepass')))
    return head(3, len(data)) + data


def octets(data):
    return head(2, len(data)) + data


def array(items):
    return head(4, len(items)) + b''.join(items)


def members(pairs):
    entries = sorted((text(key), encode(value)) for key, value in pairs)
    return head(5, len(entries)) + b''.join(key + value for key, value in entries)


def named(kind, data):
    """An object of a named type: tag 27 on its type and data."""
    return head(6, 27) + array([text(kind), data])


def handled(kind, data, handling):
    """The same, with how it is to be handled, where that is special."""
    return named(kind, data) if handling is None else head(6, 27) + array([text(kind), data, members(handling)])


def bigint(value):
    if -(2**64) <= value < 2**64:
        return integer(value)
    magnitude = value if value >= 0 else -1 - value
    return head(6, 2 if value >= 0 else 3) + octets(magnitude.to_bytes((magnitude.bit_length() + 7) // 8, 'big'))


def task(value):
    """Id and version; a task without a version has the SHA-256 of its source."""
    version = value['version'] if 'version' in value else hashlib.sha256(value['source'].encode()).hexdigest()
    return [text(value['id']), text(version)]


def quote(value):
    calls = [members([['task', {'type': 'number', 'bits': struct.pack('>d', call['task']).hex()}],
                      ['args', {'type': 'array', 'items': call['args']}],
                      ['links', {'type': 'array', 'items': [
                          {'type': 'number', 'bits': struct.pack('>d', link).hex()} for link in call['links']]}]])
             for call in value['calls']]
    return array([array([array(task(each)) for each in value['tasks']]), array(calls)])


KINDS = {
    'undefined': lambda value: b'\xf7',
    'number': lambda value: number(value['bits']),
    'bigint': lambda value: named('bigint', array([bigint(int(value['value']))])),
    'symbol': lambda value: named('symbol', array([text(value['key'])])),
    'cycle': lambda value: head(6, 28) + encode(value['value']),
    'again': lambda value: head(6, 29) + integer(value['index']),
    'hole': lambda value: named('hole', array([])),
    'array': lambda value: array([encode(item) for item in value['items']]),
    'object': lambda value: members(value['members']),
    'list': lambda value: named(value['name'], array([encode(item) for item in value['items']])),
    'bytes': lambda value: octets(bytes.fromhex(value['hex'])),
    'view': lambda value: named('DataView', octets(bytes.fromhex(value['hex']))),
    'typed': lambda value: head(6, TAGS[value['name']]) + octets(bytes.fromhex(value['hex'])),
    'error': lambda value: named('Error', array([text(value['name']), text(value['message']), members(value['members'])])),
    'task': lambda value: named('task', array(task(value))),
    'quote': lambda value: named('quote', quote(value)),
    'instance': lambda value: handled('instance', array([text(value['id']), encode(value['data'])]), value['handling']),
}


def encode(value):
    if isinstance(value, str):
        return text(value)
    if not isinstance(value, dict):
        return SIMPLE[value]
    return KINDS[value['type']](value)


def digest(data):
    """The digest of a content: above 4 MiB, that of the digests of its chunks."""
    if len(data) <= CHUNK:
        return hashlib.sha256(data).digest()
    chunks = (data[start:start + CHUNK] for start in range(0, len(data), CHUNK))
    return hashlib.sha256(b''.join(hashlib.sha256(chunk).digest() for chunk in chunks)).digest()


def argument(value):
    """How an argument stands in a key: a promised one by its key, a long one by its digest."""
    if isinstance(value, dict) and value['type'] == 'call':
        return named('key', octets(key(value)))
    data = encode(value)
    return data if len(data) <= 1024 else named('content', array([integer(len(data)), octets(digest(data))]))


def key(call):
    arguments = array([argument(each) for each in call['args']])
    return digest(array([text('somen/1'), *task(call['task']), arguments]))


def main():
    given = json.load(sys.stdin)
    encodings = [encode(value) for value in given['values']]
    json.dump({'values': [[data.hex() if len(data) < 10_000 else '', digest(data).hex()] for data in encodings],
               'calls': [key(call).hex() for call in given['calls']]}, sys.stdout)


main()
