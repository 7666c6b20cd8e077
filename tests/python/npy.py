"""Reads .npy files that somen wrote, and writes some for it to read: each line of the input is a file and what it holds."""
import json
import sys

import numpy

for line in sys.stdin:
    given = json.loads(line)
    expected = numpy.array(given['data'], dtype=given['dtype']).reshape(given['shape'])
    if given['task'] == 'write':
        numpy.save(given['file'], numpy.asfortranarray(expected) if given.get('fortran') and expected.ndim > 0 else expected)
    else:
        array = numpy.load(given['file'])
        numpy.save(given['file'] + '.again.npy', array)
        same = array.dtype == expected.dtype and array.shape == expected.shape and numpy.array_equal(array, expected)
        print(json.dumps(bool(same)))
